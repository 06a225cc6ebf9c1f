package org.relevo.app.view.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.relevo.app.chart.ChartUnit;
import org.relevo.app.chart.TimeChart;
import org.relevo.app.chart.TimeSeries;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.EventMarks;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.contract.BenchmarkShare;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;

/// The run of the moment: figures, throughput and latencies second by second, role changes as
/// marks, and what each node did of it.
///
/// Owner: FX thread.
final class LivePane {
  private final AppContext context;
  private final Texts texts;
  private final VBox root = new VBox(10);
  private final StateLabel state = new StateLabel();
  private final Label what = new Label();
  private final HBox figures = new HBox();
  private final TimeChart throughput;
  private final TimeChart latency;
  private final TimeSeries tps;
  private final List<TimeSeries> latencies;
  private final GridPane shares = new GridPane(12, 5);
  private final EventMarks marks;
  private long shownSequence;
  private boolean live;

  LivePane(AppContext context) {
    this.context = context;
    texts = context.texts();
    marks = new EventMarks(context.model(), texts);
    throughput = chart("bench-tps", ChartUnit.PER_SECOND, "benchmark.chart.tps");
    tps = throughput.addSeries("tps", texts.get("benchmark.tps"));
    latency = chart("bench-latency", ChartUnit.MILLISECONDS, "benchmark.chart.latency");
    latencies =
        List.of(
            latency.addSeries("p50", texts.get("benchmark.p50")),
            latency.addSeries("p95", texts.get("benchmark.p95")),
            latency.addSeries("p99", texts.get("benchmark.p99")));
    state.setMinWidth(Region.USE_PREF_SIZE);
    state.setId("bench-state");
    what.setWrapText(true);
    HBox head = new HBox(12, state, what);
    figures.getStyleClass().add("impact");
    Label caption = new Label();
    caption.getStyleClass().add("section-title");
    caption.textProperty().bind(texts.get("benchmark.shares"));
    VBox.setVgrow(throughput.node(), Priority.ALWAYS);
    VBox.setVgrow(latency.node(), Priority.ALWAYS);
    root.getChildren().addAll(head, figures, throughput.node(), latency.node(), caption, shares);
    HBox.setHgrow(root, Priority.ALWAYS);
    texts
        .localeProperty()
        .subscribe(locale -> {
          throughput.setLocale(locale);
          latency.setLocale(locale);
        });
    context.model().benchmarkStatusProperty().addListener((_, _, _) -> show());
    texts.localeProperty().addListener((_, _, _) -> show());
  }

  Node root() {
    return root;
  }

  void live(boolean nowLive) {
    live = nowLive;
    throughput.setLive(nowLive);
    latency.setLive(nowLive);
    if (nowLive) {
      show();
    }
  }

  private TimeChart chart(String id, ChartUnit unit, String titleKey) {
    TimeChart made = TimeChart.create(id, unit);
    made.titleProperty().bind(texts.get(titleKey));
    made.emptyTextProperty().bind(texts.get("benchmark.quiet"));
    made.idleTextProperty().bind(texts.get("benchmark.quiet"));
    made.follow(context.time());
    return made;
  }

  private void show() {
    BenchmarkStatus status = context.model().benchmarkStatusProperty().get();
    if (status == null) {
      // Another cluster comes: its samples do not go on from these.
      forget();
    }
    if (!live || status == null) {
      return;
    }
    pull();
    state.show(mark(status.state()), texts.text("benchmark.state." + status.state().name()));
    what.setText(
        status.script().isEmpty()
            ? status.lastError()
            : texts.text(
                    "benchmark.what",
                    status.script(),
                    status.protocol(),
                    status.clients(),
                    status.target(),
                    status.run(),
                    status.runs())
                + (status.lastError().isEmpty() ? "" : "  ✖ " + status.lastError()));
    figures.getChildren().clear();
    figure("benchmark.tps", ChartUnit.PER_SECOND, status.tps());
    figure("benchmark.mean", ChartUnit.MILLISECONDS, status.latencyMeanMs());
    figure("benchmark.p50", ChartUnit.MILLISECONDS, status.latencyP50Ms());
    figure("benchmark.p95", ChartUnit.MILLISECONDS, status.latencyP95Ms());
    figure("benchmark.p99", ChartUnit.MILLISECONDS, status.latencyP99Ms());
    figure("benchmark.max", ChartUnit.MILLISECONDS, status.latencyMaxMs());
    figure("benchmark.errors", ChartUnit.COUNT, (double) status.errors());
    figure("benchmark.gap", ChartUnit.MILLISECONDS, (double) status.longestGapMs());
    showShares(status.nodes());
  }

  private void pull() {
    List<BenchmarkSample> samples = context.model().benchmark().samples();
    long newest = context.model().benchmark().lastSequence();
    if (newest < shownSequence) {
      forget();
    }
    for (BenchmarkSample sample : samples) {
      if (sample.sequence() > shownSequence) {
        long at = sample.sampledAtEpochMs();
        boolean committed = sample.tps() > 0;
        tps.add(at, sample.tps());
        latencies.get(0).add(at, committed ? sample.latencyP50Ms() : Double.NaN);
        latencies.get(1).add(at, committed ? sample.latencyP95Ms() : Double.NaN);
        latencies.get(2).add(at, committed ? sample.latencyP99Ms() : Double.NaN);
      }
    }
    shownSequence = newest;
    throughput.setMarks(marks.events());
    latency.setMarks(marks.symbols());
    if (!context.time().pausedProperty().get()) {
      long until =
          samples.isEmpty() ? context.clock().millis() : samples.getLast().sampledAtEpochMs();
      throughput.showUntil(until);
      latency.showUntil(until);
    }
  }

  private void forget() {
    shownSequence = 0;
    tps.clear();
    latencies.forEach(TimeSeries::clear);
  }

  static Mark mark(BenchmarkState state) {
    return switch (state) {
      case IDLE -> Mark.UNKNOWN;
      case INITIALISING, RUNNING -> Mark.PROGRESS;
      case FINISHED -> Mark.OK;
      case FAILED -> Mark.CRITICAL;
    };
  }

  private void figure(String key, ChartUnit unit, double number) {
    Locale locale = texts.locale();
    Label caption = new Label(texts.text(key));
    caption.getStyleClass().add("muted");
    caption.setMinWidth(Region.USE_PREF_SIZE);
    Label value = new Label(number < 0 ? ChartUnit.UNKNOWN : unit.format(number, locale));
    value.getStyleClass().add("impact-value");
    value.setMinWidth(Region.USE_PREF_SIZE);
    figures.getChildren().add(new VBox(0, caption, value));
  }

  private void showShares(List<BenchmarkShare> nodes) {
    shares.getChildren().clear();
    if (nodes.isEmpty()) {
      Label none = new Label(texts.text("benchmark.shares.none"));
      none.getStyleClass().add("muted");
      shares.addRow(0, none);
    }
    for (BenchmarkShare share : nodes) {
      Label name = new Label(context.model().nodeName(share.nodeId()));
      name.setMinWidth(Region.USE_PREF_SIZE);
      ProgressBar bar = new ProgressBar(share.share());
      bar.setPrefWidth(220);
      Label figure =
          new Label(
              String.format(
                  texts.locale(),
                  "%.0f %%  ·  %,d  ·  %,.0f/s",
                  share.share() * 100,
                  share.statements(),
                  share.perSecond()));
      figure.setMinWidth(Region.USE_PREF_SIZE);
      bar.setAccessibleText(name.getText() + " " + figure.getText());
      shares.addRow(shares.getRowCount(), name, bar, figure);
    }
  }

  /// How long a kept run's charts are.
  static Duration length(List<List<BenchmarkSample>> runs) {
    long seconds = runs.stream().mapToLong(List::size).max().orElse(0);
    return Duration.ofSeconds(Math.max(10, seconds));
  }
}
