package org.relevo.jmx.contract;

/// One interval of `pg_stat_database`, WAL and checkpointer statistics of one server, all databases
/// together. Rates are per second; -1 when the server does not tell.
///
/// @param periodMs length of the interval
/// @param blocksReadPerSecond blocks that were not in shared buffers
/// @param checkpointsPerSecond timed and requested
public record PostgresSample(
    long sequence,
    long sampledAtEpochMs,
    long periodMs,
    int backends,
    double commitsPerSecond,
    double rollbacksPerSecond,
    double blocksReadPerSecond,
    double blocksHitPerSecond,
    double tuplesReturnedPerSecond,
    double tuplesFetchedPerSecond,
    double tuplesInsertedPerSecond,
    double tuplesUpdatedPerSecond,
    double tuplesDeletedPerSecond,
    double tempBytesPerSecond,
    double deadlocksPerSecond,
    double walBytesPerSecond,
    double checkpointsPerSecond,
    double checkpointBuffersPerSecond,
    long replayLagBytes) {}
