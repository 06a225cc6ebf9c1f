package org.relevo.jmx.contract;

/// What a management user may do. Each role includes the ones before it.
public enum Role {
  /// Reads attributes and calls operations that change nothing.
  MONITOR,
  /// Also switches over, checks consistency, runs benchmarks, holds and releases traffic.
  OPERATOR,
  /// Also changes configuration and ends sessions.
  ADMIN;

  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
