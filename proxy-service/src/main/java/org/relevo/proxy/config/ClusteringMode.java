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

  /// As written in configuration files.
  public String directive() {
    return name().toLowerCase(Locale.ROOT);
  }
}
