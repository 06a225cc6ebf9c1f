package org.relevo.app.view.benchmark;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.relevo.app.chart.ChartUnit;
import org.relevo.app.chart.SharedTime;
import org.relevo.app.chart.TimeChart;
import org.relevo.app.chart.TimeSeries;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Durations;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.model.Mark;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.Ask;
import org.relevo.app.view.part.Cell;
import org.relevo.app.view.part.LiveTable;
import org.relevo.app.view.switchover.Questions;
import org.relevo.jmx.contract.BenchmarkComparison;
import org.relevo.jmx.contract.BenchmarkFigure;
import org.relevo.jmx.contract.BenchmarkRun;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.contract.BenchmarkVerdict;
import org.relevo.jmx.contract.Role;

/// Kept runs; two to six of them beside each other: second by second from their starts, and what
/// the figures of two groups tell, with what was not the same at the top.
///
/// Owner: FX thread.
final class RunsPane {
  private static final int LEAST = 2;
  private static final int MOST = 6;

  private final AppContext context;
  private final Texts texts;
  private final Questions questions;
  private final Ask ask;
  private final VBox root = new VBox(10);
  private final LiveTable<BenchmarkRun> table;
  private final LiveTable<BenchmarkFigure> figures;
  private final Label groups = new Label();
  private final Label differences = new Label();
  private final VBox chartPlace = new VBox();
  private final Button compare = new Button();
  private final Button forget = new Button();

  /// What was asked about two groups.
  private record Compared(
      BenchmarkComparison comparison, Map<String, List<BenchmarkSample>> samples) {}

  RunsPane(AppContext context, Questions questions, Ask ask) {
    this.context = context;
    texts = context.texts();
    this.questions = questions;
    this.ask = ask;
    table = runs();
    figures = figures();
    button(compare, "bench-compare", "benchmark.compare", this::compare);
    button(forget, "bench-forget", "benchmark.forget", this::forget);
    groups.setId("bench-groups");
    groups.setWrapText(true);
    differences.setId("bench-differences");
    differences.setWrapText(true);
    differences.managedProperty().bind(differences.textProperty().isNotEmpty());
    differences.getStyleClass().add("st-warn");
    chartPlace.setMinHeight(190);
    chartPlace.setPrefHeight(230);
    figures.node().setPrefHeight(250);
    HBox.setHgrow(chartPlace, Priority.ALWAYS);
    figures.node().setPrefWidth(560);
    figures.node().setMinWidth(420);
    HBox below = new HBox(12, figures.node(), chartPlace);
    VBox.setVgrow(table.node(), Priority.ALWAYS);
    HBox buttons = new HBox(8, compare, forget, groups);
    buttons.setAlignment(javafx.geometry.Pos.CENTER_LEFT);
    root.getChildren().addAll(table.node(), buttons, differences, below);
    table
        .node()
        .getSelectionModel()
        .getSelectedItems()
        .addListener((ListChangeListener<LiveTable.Row<BenchmarkRun>>) _ -> review());
    context.model().roleProperty().addListener((_, _, _) -> review());
    review();
  }

  Node root() {
    return root;
  }

  String csv() {
    return table.csv() + "\r\n" + figures.csv();
  }

  void show(List<BenchmarkRun> runs) {
    table.show(runs);
  }

  private LiveTable<BenchmarkRun> runs() {
    LiveTable<BenchmarkRun> made = new LiveTable<>(texts, "bench-kept", BenchmarkRun::id);
    made.text("benchmark.started", 110, r -> at(r.status().startedAtEpochMs()))
        .text("benchmark.label", 120, r -> r.plan().label())
        .text("benchmark.script", 130, r -> r.status().script())
        .figure(
            "benchmark.clients",
            70,
            r -> (double) r.plan().clients(),
            r -> Integer.toString(r.plan().clients()))
        .figure("benchmark.tps", 90, r -> r.status().tps(), r -> rate(r.status().tps()))
        .figure("benchmark.p50", 80, r -> r.status().latencyP50Ms(), r -> ms(r, 50))
        .figure("benchmark.p95", 80, r -> r.status().latencyP95Ms(), r -> ms(r, 95))
        .figure("benchmark.p99", 80, r -> r.status().latencyP99Ms(), r -> ms(r, 99))
        .figure("benchmark.max", 80, r -> r.status().latencyMaxMs(), r -> ms(r, 100))
        .figure(
            "benchmark.errors",
            70,
            r -> (double) r.status().errors(),
            r -> Long.toString(r.status().errors()));
    made.node().getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
    return made.placeholder(
        new EmptyState("◷", texts.get("benchmark.none"), texts.get("benchmark.none.text")));
  }

  private LiveTable<BenchmarkFigure> figures() {
    LiveTable<BenchmarkFigure> made =
        new LiveTable<>(texts, "bench-figures", BenchmarkFigure::name);
    made.text("benchmark.figure", 110, f -> f.name())
        .text("benchmark.base", 105, f -> value(f.baseMedian(), f.baseSpread()))
        .text("benchmark.other", 105, f -> value(f.otherMedian(), f.otherSpread()))
        .figure("benchmark.ratio", 80, BenchmarkFigure::ratio, f -> change(f.ratio()))
        .column(
            "benchmark.verdict",
            150,
            f -> Cell.state(mark(f.verdict()), texts.text("verdict." + f.verdict().name())));
    return made.placeholder(
        new EmptyState("⇆", texts.get("benchmark.not"), texts.get("benchmark.not.text")));
  }

  private static Mark mark(BenchmarkVerdict verdict) {
    return switch (verdict) {
      case BETTER -> Mark.OK;
      case WORSE -> Mark.CRITICAL;
      case SAME -> Mark.PROGRESS;
      case TOO_FEW -> Mark.UNKNOWN;
    };
  }

  private String at(long epochMs) {
    return Durations.time(Instant.ofEpochMilli(epochMs), context.clock().getZone());
  }

  private String rate(double value) {
    return ChartUnit.PER_SECOND.format(value, texts.locale());
  }

  private String ms(BenchmarkRun run, int percentile) {
    double value =
        switch (percentile) {
          case 50 -> run.status().latencyP50Ms();
          case 95 -> run.status().latencyP95Ms();
          case 99 -> run.status().latencyP99Ms();
          default -> run.status().latencyMaxMs();
        };
    return value < 0 ? ChartUnit.UNKNOWN : ChartUnit.MILLISECONDS.format(value, texts.locale());
  }

  /// Such as `1,204.1 ±4 %`.
  private String value(double median, double spread) {
    return String.format(texts.locale(), "%,.2f ±%.0f %%", median, spread * 50);
  }

  private String change(double ratio) {
    return String.format(texts.locale(), "%+.1f %%", (ratio - 1) * 100);
  }

  private void button(Button button, String id, String key, Runnable action) {
    button.setId(id);
    button.setMinWidth(Region.USE_PREF_SIZE);
    button.textProperty().bind(texts.get(key));
    button.setOnAction(_ -> action.run());
  }

  private List<BenchmarkRun> chosen() {
    return table.node().getSelectionModel().getSelectedItems().stream()
        .filter(row -> row != null)
        .map(LiveTable.Row::value)
        .toList();
  }

  private void review() {
    int count = chosen().size();
    compare.setDisable(count < LEAST || count > MOST);
    forget.setDisable(count == 0 || !context.model().roleProperty().get().includes(Role.OPERATOR));
  }

  /// The first run's label is the base, with all chosen runs of that label; without labels it is
  /// the oldest against the others.
  static List<List<BenchmarkRun>> groups(List<BenchmarkRun> chosen) {
    List<BenchmarkRun> byAge =
        chosen.stream()
            .sorted((a, b) ->
                Long.compare(a.status().startedAtEpochMs(), b.status().startedAtEpochMs()))
            .toList();
    String label = byAge.getFirst().plan().label();
    boolean several = byAge.stream().anyMatch(run -> !run.plan().label().equals(label));
    List<BenchmarkRun> base =
        byAge.stream()
            .filter(run ->
                several ? run.plan().label().equals(label) : run.id().equals(byAge.getFirst().id()))
            .toList();
    return List.of(base, byAge.stream().filter(run -> !base.contains(run)).toList());
  }

  private static String ids(List<BenchmarkRun> runs) {
    return String.join(",", runs.stream().map(BenchmarkRun::id).toList());
  }

  private void compare() {
    List<BenchmarkRun> chosen = chosen();
    List<List<BenchmarkRun>> two = groups(chosen);
    questions.ask(
        "compare",
        service -> compared(service, chosen, two),
        answer -> {
          figures.show(answer.comparison().figures());
          groups.setText(
              texts.text(
                  "benchmark.groups",
                  name(two.getFirst()),
                  answer.comparison().baseRuns(),
                  name(two.getLast()),
                  answer.comparison().otherRuns()));
          List<String> different = answer.comparison().differences();
          differences.setText(
              different.isEmpty()
                  ? ""
                  : texts.text("benchmark.differences", String.join(";  ", different)));
          draw(answer.samples());
        });
  }

  private static Compared compared(
      ServiceConnection service, List<BenchmarkRun> chosen, List<List<BenchmarkRun>> two) {
    BenchmarkComparison comparison =
        service.benchmark().compare(ids(two.getFirst()), ids(two.getLast()));
    Map<String, List<BenchmarkSample>> samples = new LinkedHashMap<>();
    for (BenchmarkRun run : chosen) {
      String label = run.plan().label().isEmpty() ? run.id() : run.plan().label();
      String name = samples.containsKey(label) ? label + " " + run.id() : label;
      samples.put(name, service.benchmark().samplesOf(run.id()));
    }
    return new Compared(comparison, samples);
  }

  private static String name(List<BenchmarkRun> runs) {
    BenchmarkRun first = runs.getFirst();
    return first.plan().label().isEmpty() ? first.id() : first.plan().label();
  }

  /// Every run begins at the same time: zero.
  private void draw(Map<String, List<BenchmarkSample>> runs) {
    TimeChart chart = TimeChart.create("bench-overlay", ChartUnit.PER_SECOND);
    chart.titleProperty().bind(texts.get("benchmark.chart.overlay"));
    chart.emptyTextProperty().bind(texts.get("benchmark.quiet"));
    chart.setLocale(texts.locale());
    chart.follow(new SharedTime());
    long zero =
        LocalDate.EPOCH.atStartOfDay(java.time.ZoneId.systemDefault()).toInstant().toEpochMilli();
    List<List<BenchmarkSample>> all = new ArrayList<>();
    runs.forEach((name, samples) -> {
      all.add(samples);
      if (samples.isEmpty()) {
        return;
      }
      TimeSeries line =
          chart.addSeries(name, new javafx.beans.property.ReadOnlyStringWrapper(name));
      int group = Math.ceilDiv(samples.size(), TimeSeries.CAPACITY);
      line.gapAfter(group * 2_500L);
      long begin = samples.getFirst().sampledAtEpochMs();
      for (int i = 0; i < samples.size(); i += group) {
        List<BenchmarkSample> part = samples.subList(i, Math.min(samples.size(), i + group));
        line.add(
            zero + part.getLast().sampledAtEpochMs() - begin,
            part.stream().mapToDouble(BenchmarkSample::tps).average().orElse(0));
      }
    });
    chart.setWindow(LivePane.length(all));
    chart.showUntil(zero + LivePane.length(all).toMillis());
    VBox.setVgrow(chart.node(), Priority.ALWAYS);
    chartPlace.getChildren().setAll(chart.node());
  }

  private void forget() {
    List<BenchmarkRun> chosen = chosen();
    ask.ask(
        texts.text("benchmark.forget.sure", chosen.size()),
        texts.text("benchmark.forget"),
        () ->
            questions.ask(
                "forget",
                service -> {
                  chosen.forEach(run -> service.benchmark().forget(run.id()));
                  return service.benchmark().getRuns();
                },
                this::show));
  }
}
