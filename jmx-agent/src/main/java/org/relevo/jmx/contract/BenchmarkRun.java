package org.relevo.jmx.contract;

import java.util.List;

/// A kept run.
///
/// @param id by which it is found
/// @param status its figures
/// @param cpuSeconds processor time that the load generator itself took; -1 when not known
/// @param environment versions, settings and machine
public record BenchmarkRun(
    String id,
    BenchmarkPlan plan,
    BenchmarkStatus status,
    double cpuSeconds,
    List<BenchmarkFact> environment) {
  public BenchmarkRun {
    environment = List.copyOf(environment);
  }
}
