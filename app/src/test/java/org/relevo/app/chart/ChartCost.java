package org.relevo.app.chart;

import atlantafx.base.theme.PrimerDark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.application.Application;
import javafx.application.Platform;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.scene.Scene;
import javafx.scene.layout.GridPane;
import javafx.stage.Stage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures what live charts cost: processor time of the whole process per second of wall time. A
/// program, not a test: figures of a shared machine decide nothing.
///
/// Arguments: charts, series a chart, samples a second, seconds to measure, and `live` or `hidden`.
public final class ChartCost extends Application {
  private static final Logger LOG = LoggerFactory.getLogger(ChartCost.class);
  private static final int WARM_UP_SECONDS = 10;
  private static final int COLUMNS = 3;

  private record Line(TimeChart chart, TimeSeries series) {}

  private final List<Line> lines = new ArrayList<>();
  private long nowMs = 1_700_000_000_000L;
  private long sequence;

  /// Starts FX; called by the launcher below, so that the class path needs no module.
  public static final class Main {
    private Main() {}

    public static void main(String[] args) {
      Application.launch(ChartCost.class, args);
    }
  }

  @Override
  public void start(Stage stage) {
    List<String> args = getParameters().getRaw();
    int charts = Integer.parseInt(args.get(0));
    int series = Integer.parseInt(args.get(1));
    double samplesPerSecond = Double.parseDouble(args.get(2));
    int seconds = Integer.parseInt(args.get(3));
    Application.setUserAgentStylesheet(new PrimerDark().getUserAgentStylesheet());
    GridPane grid = new GridPane(8, 8);
    for (int i = 0; i < charts; i++) {
      TimeChart chart = TimeChart.create("chart-" + i, ChartUnit.BYTES_PER_SECOND);
      chart.setWindow(Duration.ofMinutes(10));
      chart.titleProperty().set("Chart " + i);
      chart.setLive(!args.get(4).equals("hidden"));
      for (int line = 0; line < series; line++) {
        lines.add(
            new Line(
                chart, chart.addSeries("s" + line, new ReadOnlyStringWrapper("series " + line))));
      }
      chart.node().setPrefSize(345, 205);
      grid.add(chart.node(), i % COLUMNS, i / COLUMNS);
    }
    for (int i = 0; i < TimeSeries.CAPACITY; i++) {
      tick(1000);
    }
    stage.setScene(new Scene(grid, 1054, 640));
    stage.show();
    long stepMs = Math.round(1000 / samplesPerSecond);
    Timeline ticker =
        new Timeline(new KeyFrame(javafx.util.Duration.millis((double) stepMs), _ -> tick(stepMs)));
    ticker.setCycleCount(javafx.animation.Animation.INDEFINITE);
    ticker.play();
    Thread.ofPlatform().daemon().start(() -> measure(seconds, String.join(" ", args)));
  }

  private void tick(long stepMs) {
    nowMs += stepMs;
    sequence++;
    for (int i = 0; i < lines.size(); i++) {
      double value = 4e6 + 3e6 * Math.sin(sequence / 40.0 + i) + 4e5 * Math.sin(sequence * 1.7 + i);
      lines.get(i).series().add(nowMs, value);
      lines.get(i).chart().showUntil(nowMs);
    }
  }

  private void measure(int seconds, String what) {
    try {
      Thread.sleep(Duration.ofSeconds(WARM_UP_SECONDS));
      long cpuNanos = cpuNanos();
      long wallNanos = System.nanoTime();
      long paints = paints();
      Thread.sleep(Duration.ofSeconds(seconds));
      double share = 100.0 * (cpuNanos() - cpuNanos) / (System.nanoTime() - wallNanos);
      LOG.info(
          "chart.cost input=\"{}\" percentOfOneCore={} paints={}",
          what,
          Math.round(share * 10) / 10.0,
          paints() - paints);
    } catch (InterruptedException e) {
      LOG.warn("chart.cost.interrupted", e);
    }
    Platform.exit();
  }

  private long paints() {
    return lines.stream().map(Line::chart).distinct().mapToLong(TimeChart::paintCount).sum();
  }

  private static long cpuNanos() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> new IllegalStateException("this system does not tell CPU times"))
        .toNanos();
  }
}
