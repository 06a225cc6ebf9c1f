package org.relevo.jmx.contract;

/// One PostgreSQL server as the service sees it.
///
/// @param id `backend_hostnameN`'s N
/// @param name `backend_application_nameN`, or `nodeN`
/// @param local whether this service can start and stop it
/// @param timeline WAL timeline, -1 when unknown
/// @param receivedLsn a primary's insert position, a standby's received position, as `16/B374D848`
/// @param replayedLsn what a standby has replayed; a primary's insert position
/// @param replayLagBytes primary's insert position minus replayed position, -1 when unknown
/// @param replayLagMs time since the last replayed commit while behind, 0 when level, -1 when
///   unknown
/// @param statusReason why the status is what it is, in one sentence
/// @param sinceEpochMs when status or role last changed
public record NodeInfo(
    int id,
    String name,
    String host,
    int port,
    NodeRole role,
    NodeStatus status,
    String statusReason,
    long sinceEpochMs,
    long timeline,
    String receivedLsn,
    String replayedLsn,
    long replayLagBytes,
    long replayLagMs,
    String serverVersion,
    String systemIdentifier,
    String dataDirectory,
    boolean local,
    long sampledAtEpochMs) {}
