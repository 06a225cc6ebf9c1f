package org.relevo.jmx.contract;

/// What two groups of runs tell of a figure.
public enum BenchmarkVerdict {
  /// The other group is better, and that is hardly chance.
  BETTER,
  /// The other group is worse, and that is hardly chance.
  WORSE,
  /// No difference that could not be chance.
  SAME,
  /// Fewer than four runs in a group: nothing can be said.
  TOO_FEW
}
