package org.relevo.jmx.contract;

/// The pool of one node, database and user.
///
/// @param mode `session`, `transaction` or `statement`
/// @param sizeLimit most server connections
/// @param minimumSize connections that are kept open
/// @param clientsActive clients that hold a server connection or want none
/// @param clientsWaiting clients in the queue
/// @param serversActive connections that a client holds
/// @param serversIdle free connections
/// @param serversChecking connections being reset or tried
/// @param serversOpening connections being opened
/// @param oldestWaitMs how long the first of the queue has waited, 0 when nobody does
/// @param grantedTotal times that a client got a connection
/// @param waitedTotal times that a client had to wait for one
/// @param waitMsTotal time that clients have waited
/// @param longestWaitMs longest time that a client has waited
/// @param timedOutTotal clients that waited longer than `query_wait_timeout`
/// @param openedTotal connections opened
/// @param openFailuresTotal connections that could not be opened
/// @param movedTotal connections handed from one event loop to another
/// @param closedTotal connections closed
public record PoolStatus(
    int nodeId,
    String database,
    String user,
    String mode,
    int sizeLimit,
    int minimumSize,
    int clientsActive,
    int clientsWaiting,
    int serversActive,
    int serversIdle,
    int serversChecking,
    int serversOpening,
    long oldestWaitMs,
    long grantedTotal,
    long waitedTotal,
    long waitMsTotal,
    long longestWaitMs,
    long timedOutTotal,
    long openedTotal,
    long openFailuresTotal,
    long movedTotal,
    long closedTotal) {}
