package org.relevo.jmx.contract;

/// One second of a run.
///
/// @param latencyMeanMs 0 when nothing was committed; so are the percentiles
/// @param errors transactions that failed
/// @param skipped transactions that were left out because they would have begun too late
/// @param late transactions that took longer than the limit
/// @param lagMeanMs by how much transactions began later than the rate wanted; -1 without a rate
public record BenchmarkSample(
    long sequence,
    long sampledAtEpochMs,
    double tps,
    double latencyMeanMs,
    double latencyP50Ms,
    double latencyP95Ms,
    double latencyP99Ms,
    double latencyMaxMs,
    long errors,
    long skipped,
    long late,
    double lagMeanMs) {}
