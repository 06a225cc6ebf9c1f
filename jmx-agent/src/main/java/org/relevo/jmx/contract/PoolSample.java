package org.relevo.jmx.contract;

/// One second of client traffic through this service.
///
/// @param clients connected clients
/// @param waitingClients clients that wait for a server connection or for a released gate
/// @param transactionsPerSecond ended transactions, seen as ReadyForQuery with status I
public record PoolSample(
    long sequence,
    long sampledAtEpochMs,
    int clients,
    int waitingClients,
    int serverConnections,
    double transactionsPerSecond,
    double bytesFromClientsPerSecond,
    double bytesToClientsPerSecond) {}
