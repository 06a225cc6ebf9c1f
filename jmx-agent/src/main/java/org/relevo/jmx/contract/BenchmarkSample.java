package org.relevo.jmx.contract;

/// One second of a run.
public record BenchmarkSample(
    long sequence,
    long sampledAtEpochMs,
    double tps,
    double latencyMeanMs,
    double latencyMaxMs,
    long errors) {}
