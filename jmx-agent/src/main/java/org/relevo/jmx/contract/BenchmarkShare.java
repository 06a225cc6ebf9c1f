package org.relevo.jmx.contract;

/// What one node did while a run ran. Other clients' statements of the time are among them.
///
/// @param statements since the run's start
/// @param share of all nodes' statements, 0 to 1
/// @param perSecond in the last second; in a kept run the mean
public record BenchmarkShare(int nodeId, long statements, double share, double perSecond) {}
