package org.relevo.jmx.contract;

/// One table's statistics; counters since the server's statistics were reset.
///
/// @param sizeBytes the table without its indexes, with its TOAST table
/// @param indexBytes all its indexes
/// @param liveRows estimated
/// @param deadRows estimated
/// @param vacuumThreshold dead rows at which autovacuum comes
/// @param frozenAge transactions since its oldest unfrozen row
/// @param blocksReadTotal of table, indexes and TOAST, not found in shared buffers
/// @param lastVacuumAtEpochMs by autovacuum or by hand
public record TableInfo(
    String schema,
    String name,
    long sizeBytes,
    long indexBytes,
    long liveRows,
    long deadRows,
    long vacuumThreshold,
    long frozenAge,
    long sequentialScansTotal,
    long sequentialRowsTotal,
    long indexScansTotal,
    long indexRowsTotal,
    long insertedTotal,
    long updatedTotal,
    long hotUpdatedTotal,
    long deletedTotal,
    long blocksReadTotal,
    long blocksHitTotal,
    long lastVacuumAtEpochMs,
    long lastAnalyzeAtEpochMs) {}
