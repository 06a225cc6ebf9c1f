package org.relevo.app.view.part;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.relevo.app.chart.SharedTime;
import org.relevo.jmx.contract.SeriesHistory;
import org.relevo.jmx.contract.SeriesMXBean;
import org.relevo.jmx.contract.SeriesPoint;

/// Reads a history of any length and thins it to what a chart draws. Pure but for the reading.
public final class Histories {
  /// Most points of one line.
  public static final int POINTS = 600;

  // How long the service keeps seconds and tens of seconds; minutes it keeps for 14 days.
  private static final Duration SECONDS_KEPT = Duration.ofHours(1);
  private static final Duration TENS_KEPT = Duration.ofDays(1);
  private static final Duration MOST_OF_SECONDS = Duration.ofMinutes(70);
  private static final Duration MOST_OF_TENS = Duration.ofHours(7);

  private Histories() {}

  /// The finest step that the service still has and that is not far finer than can be drawn.
  public static int step(long fromMs, long untilMs, long nowMs) {
    long age = nowMs - fromMs;
    long span = untilMs - fromMs;
    if (age <= SECONDS_KEPT.toMillis() && span <= MOST_OF_SECONDS.toMillis()) {
      return 1;
    }
    return age <= TENS_KEPT.toMillis() && span <= MOST_OF_TENS.toMillis() ? 10 : 60;
  }

  /// Time between two points of what [#read] gives.
  public static long distance(SharedTime.Span span, int step) {
    return Math.max(step * 1000L, span.length().toMillis() / POINTS);
  }

  /// Asks in pieces, since one answer is bounded. Blocks.
  public static List<SeriesPoint> read(
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
  public static List<SeriesPoint> thinned(List<SeriesPoint> points) {
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
