package org.relevo.jmx.contract;

/// One index' statistics; counters since the server's statistics were reset.
///
/// @param unique whether it enforces uniqueness or a constraint, so that it is needed unused too
/// @param valid whether it can be used
/// @param duplicateOf another index of the same table with the same definition, "" for none
public record IndexInfo(
    String schema,
    String table,
    String name,
    long sizeBytes,
    long scansTotal,
    long rowsReadTotal,
    long rowsFetchedTotal,
    long blocksReadTotal,
    long blocksHitTotal,
    boolean unique,
    boolean valid,
    String duplicateOf,
    String definition) {}
