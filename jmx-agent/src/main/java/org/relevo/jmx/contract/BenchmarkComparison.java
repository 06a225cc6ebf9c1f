package org.relevo.jmx.contract;

import java.util.List;

/// Two groups of runs beside each other.
///
/// @param baseRuns how many runs the first group has
/// @param figures throughput first, then latencies
/// @param differences facts of the environment that are not the same: `name: one | other`; these
///   may be the reason, or forbid the comparison
public record BenchmarkComparison(
    int baseRuns, int otherRuns, List<BenchmarkFigure> figures, List<String> differences) {
  public BenchmarkComparison {
    figures = List.copyOf(figures);
    differences = List.copyOf(differences);
  }
}
