package org.relevo.jmx.contract;

import java.util.List;

/// Part of a series' history, oldest first.
///
/// @param columns names, in the order of each point's values
/// @param stepSeconds 1 (an hour is kept), 10 (a day) or 60 (14 days)
public record SeriesHistory(List<String> columns, int stepSeconds, List<SeriesPoint> points) {
  public SeriesHistory {
    columns = List.copyOf(columns);
    points = List.copyOf(points);
  }
}
