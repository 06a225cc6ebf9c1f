package org.relevo.app;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javafx.animation.AnimationTimer;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.application.Application;
import javafx.application.Platform;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.scene.Scene;
import javafx.scene.control.ListView;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.GridPane;
import javafx.stage.Stage;
import org.relevo.app.chart.ChartUnit;
import org.relevo.app.chart.SharedTime;
import org.relevo.app.chart.TimeChart;
import org.relevo.app.chart.TimeSeries;
import org.relevo.app.frame.Theme;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The window's heaviest load: charts of three nodes at 5 samples a second, and a log that grows by
/// thousands of lines a second, each as its screen draws it. A program, not a test: figures of a
/// shared machine decide nothing.
///
/// Arguments: charts, lines a chart, samples a second, log lines a second, seconds to measure.
/// Writes processor time, how long the FX thread was held up by one frame's work, and the heap
/// after a collection at the beginning and at the end.
public final class WindowSoak extends Application {
  private static final Logger LOG = LoggerFactory.getLogger(WindowSoak.class);
  private static final int WARM_UP_SECONDS = 10;
  private static final int LOG_CAPACITY = 20_000;
  private static final int LOG_BATCHES = 4;
  private static final long LONG_NANOS = 50_000_000;

  private record Line(TimeChart chart, TimeSeries series) {}

  private final List<Line> lines = new ArrayList<>();
  private final ObservableList<String> log = FXCollections.observableArrayList();
  private final List<Long> works = Collections.synchronizedList(new ArrayList<>());
  private long nowMs = 1_700_000_000_000L;
  private long sequence;
  private long logged;

  /// Starts FX from the class path.
  public static final class Main {
    private Main() {}

    public static void main(String[] args) {
      Application.launch(WindowSoak.class, args);
    }
  }

  @Override
  public void start(Stage stage) {
    List<String> args = getParameters().getRaw();
    int charts = Integer.parseInt(args.get(0));
    int perChart = Integer.parseInt(args.get(1));
    double rate = Double.parseDouble(args.get(2));
    int logRate = Integer.parseInt(args.get(3));
    int seconds = Integer.parseInt(args.get(4));
    Theme.loadFonts();
    SharedTime time = new SharedTime();
    time.windowProperty().set(Duration.ofMinutes(2));
    GridPane grid = new GridPane(8, 8);
    for (int i = 0; i < charts; i++) {
      TimeChart chart = TimeChart.create("chart-" + i, ChartUnit.BYTES_PER_SECOND);
      chart.follow(time);
      chart.titleProperty().set("Chart " + i);
      for (int line = 0; line < perChart; line++) {
        lines.add(
            new Line(chart, chart.addSeries("s" + line, new ReadOnlyStringWrapper("node" + line))));
      }
      chart.node().setPrefSize(305, 200);
      grid.add(chart.node(), i % 4, i / 4);
    }
    for (int i = 0; i < TimeSeries.CAPACITY; i++) {
      tick(200);
    }
    ListView<String> list = new ListView<>(log);
    list.setFixedCellSize(22);
    list.setPrefHeight(220);
    BorderPane root = new BorderPane(grid);
    if (logRate > 0) {
      root.setBottom(list);
    }
    Scene scene = new Scene(root, 1280, 860);
    Theme.DARK.applyTo(scene);
    stage.setScene(scene);
    stage.show();
    every(1000 / rate, () -> tick(Math.round(1000 / rate)));
    if (logRate > 0) {
      every(1000.0 / LOG_BATCHES, () -> tail(list, logRate / LOG_BATCHES));
    }
    watchFrames(scene);
    Thread.ofPlatform().daemon().start(() -> measure(seconds, String.join(" ", args)));
  }

  private void every(double millis, Runnable work) {
    Timeline ticker =
        new Timeline(new KeyFrame(javafx.util.Duration.millis(millis), _ -> timed(work)));
    ticker.setCycleCount(javafx.animation.Animation.INDEFINITE);
    ticker.play();
  }

  private void timed(Runnable work) {
    long from = System.nanoTime();
    work.run();
    works.add(System.nanoTime() - from);
  }

  /// From a pulse's begin to the end of its layout, which is when charts paint.
  private void watchFrames(Scene scene) {
    long[] began = {0};
    new AnimationTimer() {
      @Override
      public void handle(long now) {
        began[0] = System.nanoTime();
      }
    }.start();
    scene.addPostLayoutPulseListener(() -> works.add(System.nanoTime() - began[0]));
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

  private void tail(ListView<String> list, int count) {
    List<String> batch = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      logged++;
      batch.add("20:30:" + logged % 60 + " INFO session.opened id=" + logged + " user=app");
    }
    log.addAll(batch);
    if (log.size() > LOG_CAPACITY) {
      log.remove(0, log.size() - LOG_CAPACITY);
    }
    list.scrollTo(log.size() - 1);
  }

  private void measure(int seconds, String what) {
    try {
      Thread.sleep(Duration.ofSeconds(WARM_UP_SECONDS));
      long heapBefore = heap();
      works.clear();
      long cpuNanos = cpuNanos();
      long wallNanos = System.nanoTime();
      Thread.sleep(Duration.ofSeconds(seconds));
      double share = 100.0 * (cpuNanos() - cpuNanos) / (System.nanoTime() - wallNanos);
      List<Long> sorted = new ArrayList<>(works);
      Collections.sort(sorted);
      LOG.info(
          "window.soak input=\"{}\" percentOfOneCore={} frames={} p99Ms={} longestMs={} over50={}"
              + " heapBefore={} heapAfter={} logLines={}",
          what,
          Math.round(share * 10) / 10.0,
          sorted.size(),
          sorted.get((int) (sorted.size() * 0.99)) / 1_000_000.0,
          sorted.getLast() / 1_000_000.0,
          sorted.stream().filter(nanos -> nanos > LONG_NANOS).count(),
          heapBefore,
          heap(),
          logged);
    } catch (InterruptedException e) {
      LOG.warn("window.soak.interrupted", e);
    }
    Platform.exit();
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long cpuNanos() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> new IllegalStateException("this system does not tell CPU times"))
        .toNanos();
  }
}
