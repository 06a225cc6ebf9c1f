package org.relevo.jmx.contract;

import java.util.List;

/// Figures that are sampled together once a second, with their history: those of one PostgreSQL
/// server, or those of the machine under this service. The history outlives a restart.
public interface SeriesMXBean {
  /// Most points of one answer.
  int MAX_POINTS = 5000;

  /// The figures, in the order of every sample's values.
  List<SeriesColumn> getColumns();

  /// The newest sample; its sequence is -1 before the first.
  SeriesSample getLast();

  /// Why there is no fresh sample, "" when there is one.
  String getProblem();

  /// What cannot be told and why, such as a right that is missing.
  List<String> getMissing();

  /// @return samples with a greater sequence, oldest first, one a second
  @RequiresRole(Role.MONITOR)
  List<SeriesSample> samplesSince(long sequence);

  /// The newest points of an interval, at most [#MAX_POINTS].
  ///
  /// @param columns names with commas between; "" for all
  /// @param stepSeconds 1, 10 or 60
  /// @throws IllegalArgumentException when there is no such column or step
  @RequiresRole(Role.MONITOR)
  SeriesHistory history(String columns, int stepSeconds, long fromEpochMs, long toEpochMs);
}
