package org.relevo.jmx.contract;

/// One figure of two groups of runs.
///
/// @param name `tps`, `latencyMeanMs`, …
/// @param baseSpread between the quartiles of the first group, in relation to its median
/// @param ratio median of the other group in relation to the first one's
/// @param probability that such groups come from the same distribution (Mann and Whitney's exact
///   test, both sides); -1 with fewer than four runs in a group
public record BenchmarkFigure(
    String name,
    double baseMedian,
    double baseSpread,
    double otherMedian,
    double otherSpread,
    double ratio,
    double probability,
    BenchmarkVerdict verdict) {}
