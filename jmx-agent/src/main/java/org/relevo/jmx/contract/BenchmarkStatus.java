package org.relevo.jmx.contract;

/// The load generator's run, running or ended.
///
/// @param script `tpcb-like` or `select-only`
/// @param longestGapMs longest time without any committed transaction in the run
/// @param latencyP50Ms -1 before the first transaction
/// @param lastError text of the last failed transaction, "" when none
public record BenchmarkStatus(
    BenchmarkState state,
    String script,
    String target,
    int clients,
    int scale,
    long startedAtEpochMs,
    long finishedAtEpochMs,
    long transactions,
    long errors,
    double tps,
    double latencyMeanMs,
    double latencyP50Ms,
    double latencyP95Ms,
    double latencyP99Ms,
    double latencyMaxMs,
    long longestGapMs,
    String lastError) {}
