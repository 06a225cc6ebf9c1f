package org.relevo.jmx.contract;

/// The cluster in one record.
///
/// @param proxyId this service's own name
/// @param mode pgpool's `backend_clustering_mode`
/// @param epoch grows when a role, a status or the primary changes, not with positions alone
/// @param primaryNodeId -1 when there is no primary that may be written
/// @param trafficHeld whether new transactions are waiting now
/// @param runningOperationId "" when none
public record ClusterStatus(
    String clusterName,
    String proxyId,
    String version,
    String mode,
    long epoch,
    int primaryNodeId,
    boolean trafficHeld,
    String runningOperationId,
    long startedAtEpochMs,
    long sampledAtEpochMs) {}
