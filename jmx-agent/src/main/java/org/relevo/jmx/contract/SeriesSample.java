package org.relevo.jmx.contract;

import java.util.List;

/// All figures of one interval.
///
/// @param periodMs length of the interval
/// @param values in the order of the columns; -1 when not known
public record SeriesSample(
    long sequence, long sampledAtEpochMs, long periodMs, List<Double> values) {
  public SeriesSample {
    values = List.copyOf(values);
  }
}
