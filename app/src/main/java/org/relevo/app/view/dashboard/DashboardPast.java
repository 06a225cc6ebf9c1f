package org.relevo.app.view.dashboard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.relevo.app.chart.SharedTime;
import org.relevo.app.chart.TimeRange;
import org.relevo.app.chart.TimeSeries;
import org.relevo.app.remote.Presence;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.view.part.Histories;
import org.relevo.jmx.contract.SeriesMXBean;
import org.relevo.jmx.contract.SeriesPoint;

/// What is older than the ten minutes that the window keeps: asked of the service's histories and
/// put into the same lines. Lines that the service keeps no past of go on showing ten minutes.
///
/// Owner: FX thread, but for [#read].
final class DashboardPast {
  private static final int GAP_STEPS = 4;
  private static final long LIVE_GAP_MS = 2_500;

  private final List<Line> lines = new ArrayList<>();
  private boolean shown;

  /// A line's past.
  ///
  /// @param nodeId [DashboardLines#NO_NODE] for the machine
  /// @param columns of the service's series
  /// @param value of those columns, in their order
  private record Line(
      int nodeId, List<String> columns, ToDoubleFunction<List<Double>> value, TimeSeries series) {}

  /// What to ask for.
  record Question(SharedTime.Span span, Map<Integer, List<String>> columns) {}

  /// What the service has, by node.
  record Answer(
      Question question,
      Map<Integer, List<SeriesPoint>> points,
      Map<Integer, List<String>> columns,
      long gapMs) {}

  void add(
      int nodeId, List<String> columns, ToDoubleFunction<List<Double>> value, TimeSeries series) {
    lines.add(new Line(nodeId, columns, value, series));
  }

  /// What the charts show of the past; null when the window has it itself.
  ///
  /// @param shownUntilMs right end of the charts; it stands still while they are paused
  /// @param newestMs of the samples that come all the same, and push older ones out; 0 before the
  ///   first
  static @Nullable Question question(
      SharedTime time, long shownUntilMs, long newestMs, DashboardPast past) {
    SharedTime.Span span = time.shown(shownUntilMs);
    long kept = newestMs - TimeRange.MINUTES_10.length().toMillis();
    if (newestMs == 0 || span.fromMs() >= kept - Duration.ofSeconds(1).toMillis()) {
      return null;
    }
    Map<Integer, Set<String>> wanted = new LinkedHashMap<>();
    for (Line line : past.lines) {
      wanted.computeIfAbsent(line.nodeId(), _ -> new LinkedHashSet<>()).addAll(line.columns());
    }
    Map<Integer, List<String>> columns = new LinkedHashMap<>();
    wanted.forEach((node, names) -> columns.put(node, List.copyOf(names)));
    return new Question(span, columns);
  }

  /// Blocks.
  static Answer read(ServiceConnection service, Question question, long nowMs) {
    SharedTime.Span span = question.span();
    int step = Histories.step(span.fromMs(), span.untilMs(), nowMs);
    Map<Integer, List<SeriesPoint>> points = new LinkedHashMap<>();
    question
        .columns()
        .forEach((node, columns) -> {
          SeriesMXBean bean =
              node == DashboardLines.NO_NODE ? service.hostSeries() : service.postgresSeries(node);
          Presence.of(() ->
                  Histories.read(
                      bean, String.join(",", columns), step, span.fromMs(), span.untilMs()))
              .ifPresent(found -> points.put(node, found));
        });
    return new Answer(
        question, points, question.columns(), Histories.distance(span, step) * GAP_STEPS);
  }

  /// Puts it into the lines; live values go on behind it.
  void show(Answer answer) {
    shown = true;
    for (Line line : lines) {
      List<SeriesPoint> points = answer.points().get(line.nodeId());
      List<String> order = answer.columns().get(line.nodeId());
      if (points == null || order == null) {
        continue;
      }
      List<Integer> places = line.columns().stream().map(order::indexOf).toList();
      line.series().clear();
      line.series().gapAfter(answer.gapMs());
      for (SeriesPoint point : points) {
        List<Double> values = places.stream().map(point.values()::get).toList();
        boolean known = values.stream().allMatch(value -> value >= 0);
        line.series()
            .add(point.atEpochMs(), known ? line.value().applyAsDouble(values) : Double.NaN);
      }
    }
  }

  /// Back to what the window keeps itself.
  ///
  /// @return whether the lines held a past and have to be filled again
  boolean forget() {
    boolean before = shown;
    shown = false;
    if (before) {
      lines.forEach(line -> line.series().gapAfter(LIVE_GAP_MS));
    }
    return before;
  }
}
