package org.relevo.proxy.config;

import java.util.Locale;

/// How the servers are kept equal (`backend_clustering_mode`).
public enum ClusteringMode {
  STREAMING_REPLICATION,
  NATIVE_REPLICATION,
  LOGICAL_REPLICATION,
  SLONY,
  SNAPSHOT_ISOLATION,
  RAW;

  /// Whether every server takes writes, which the service runs on all of them.
  public boolean writesEverywhere() {
    return this == NATIVE_REPLICATION || this == SNAPSHOT_ISOLATION;
  }

  /// As written in configuration files.
  public String directive() {
    return name().toLowerCase(Locale.ROOT);
  }
}
