package org.relevo.jmx.contract;

/// What the cluster holds of a node. PCP shows these as pgpool-II's 0 to 3.
public enum NodeStatus {
  /// Configured, never seen.
  UNUSED,
  UP,
  DOWN,
  QUARANTINED,
  DETACHED,
  RECOVERING,
  PROMOTING,
  DEMOTING,
  MAINTENANCE
}
