package org.relevo.app.view.series;

import java.util.ArrayList;
import java.util.List;
import org.relevo.jmx.contract.SeriesHistory;
import org.relevo.jmx.contract.SeriesMXBean;
import org.relevo.jmx.contract.SeriesPoint;

/// Reads a history of any length and thins it to what a chart draws. Pure but for the reading.
final class Histories {
  /// Most points of one line.
  static final int POINTS = 600;

  private Histories() {}

  /// Asks in pieces, since one answer is bounded. Blocks.
  static List<SeriesPoint> read(
      SeriesMXBean series, String columns, int stepSeconds, long fromMs, long toMs) {
    long piece = (long) SeriesMXBean.MAX_POINTS * stepSeconds * 1000;
    List<SeriesPoint> points = new ArrayList<>();
    for (long at = fromMs; at < toMs; at += piece) {
      SeriesHistory part = series.history(columns, stepSeconds, at, Math.min(toMs, at + piece));
      points.addAll(part.points());
    }
    return thinned(points);
  }

  /// Means of neighbours, at most [#POINTS]; what is not known is left out of a mean.
  static List<SeriesPoint> thinned(List<SeriesPoint> points) {
    int group = Math.ceilDiv(points.size(), POINTS);
    if (group <= 1) {
      return List.copyOf(points);
    }
    List<SeriesPoint> thin = new ArrayList<>();
    for (int i = 0; i < points.size(); i += group) {
      thin.add(mean(points.subList(i, Math.min(points.size(), i + group))));
    }
    return thin;
  }

  private static SeriesPoint mean(List<SeriesPoint> group) {
    int width = group.getFirst().values().size();
    List<Double> means = new ArrayList<>();
    for (int column = 0; column < width; column++) {
      double sum = 0;
      int known = 0;
      for (SeriesPoint point : group) {
        double value = point.values().get(column);
        if (value >= 0) {
          sum += value;
          known++;
        }
      }
      means.add(known == 0 ? -1.0 : sum / known);
    }
    return new SeriesPoint(group.getLast().atEpochMs(), means);
  }
}
