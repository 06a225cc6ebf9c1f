package org.relevo.jmx.contract;

import java.util.List;

/// One step of a history.
///
/// @param atEpochMs end of the step
/// @param values means over the step, in the order of the columns asked for; -1 when not known
public record SeriesPoint(long atEpochMs, List<Double> values) {
  public SeriesPoint {
    values = List.copyOf(values);
  }
}
