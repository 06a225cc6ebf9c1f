package org.relevo.jmx.contract;

/// What PostgreSQL itself says it is.
public enum NodeRole {
  PRIMARY,
  STANDBY,
  /// Not reachable, or not asked yet.
  UNKNOWN
}
