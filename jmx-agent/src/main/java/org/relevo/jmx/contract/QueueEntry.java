package org.relevo.jmx.contract;

/// A client that waits for a server connection.
///
/// @param position 1 is the one that has waited longest for this database and user
public record QueueEntry(
    int position,
    long waitMs,
    long clientId,
    String clientAddress,
    int clientPort,
    String database,
    String user) {}
