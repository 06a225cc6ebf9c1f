package org.relevo.jmx.contract;

/// The gate before new transactions.
///
/// @param holder operation that closed it, "" when open
/// @param atBoundary sessions that are at a transaction boundary
/// @param inTransaction sessions still inside a transaction
public record GateStatus(
    boolean closed,
    String holder,
    long closedAtEpochMs,
    long opensAtLatestEpochMs,
    int atBoundary,
    int inTransaction) {}
