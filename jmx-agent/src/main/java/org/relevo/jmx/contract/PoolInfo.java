package org.relevo.jmx.contract;

/// Client traffic now and since start.
///
/// @param refusedTotal clients turned away with an error before they reached a server
public record PoolInfo(
    int clients,
    int waitingClients,
    int serverConnections,
    long acceptedTotal,
    long refusedTotal,
    long transactionsTotal,
    long bytesFromClientsTotal,
    long bytesToClientsTotal,
    long cancelRequestsTotal,
    long sampledAtEpochMs) {}
