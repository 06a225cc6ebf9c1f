package org.relevo.proxy.core;

import java.util.Optional;

/// One server as last observed.
///
/// @param timeline -1 when unknown
/// @param sinceEpochMs when role or status last changed
/// @param reason why the status is what it is, one sentence for people
public record NodeView(
    BackendId id,
    String name,
    String host,
    int port,
    Role role,
    Status status,
    String reason,
    long timeline,
    Optional<Lsn> received,
    Optional<Lsn> replayed,
    long replayLagMs,
    String serverVersion,
    String systemIdentifier,
    long sinceEpochMs,
    long sampledAtEpochMs) {

  /// What PostgreSQL itself says it is.
  public enum Role {
    PRIMARY,
    STANDBY,
    UNKNOWN
  }

  /// What the cluster holds of it; PCP shows these as pgpool-II's 0 to 3.
  public enum Status {
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

  public boolean usable() {
    return status == Status.UP;
  }
}
