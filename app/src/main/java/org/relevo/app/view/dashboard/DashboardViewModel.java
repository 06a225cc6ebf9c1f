package org.relevo.app.view.dashboard;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyLongProperty;
import javafx.beans.property.ReadOnlyLongWrapper;
import org.jspecify.annotations.Nullable;
import org.relevo.app.chart.ChartMark;
import org.relevo.app.chart.ChartUnit;
import org.relevo.app.chart.SharedTime;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.Datum;
import org.relevo.app.model.Freshness;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.DataState;
import org.relevo.app.view.part.EventMarks;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.PoolInfo;
import org.relevo.jmx.contract.PoolSample;

/// What the dashboard shows: values of the tiles, lines of the charts, marks, and which part of
/// them the person wants to see. Knows no controls. Owner: FX thread.
final class DashboardViewModel {
  private final ClusterModel model;
  private final Texts texts;
  private final DashboardLines lines;
  private final EventMarks marks;
  private final SharedTime time;
  private final ReadOnlyLongWrapper revision = new ReadOnlyLongWrapper();
  private final Set<Integer> hiddenNodes = new HashSet<>();
  private final Map<Tile, Tile.Shown> tiles = new EnumMap<>(Tile.class);
  private boolean visible;
  private long shownUntilMs;
  private long newestMs;
  private long serviceStartedAtMs;

  DashboardViewModel(ClusterModel model, Texts texts, SharedTime time) {
    this.model = model;
    this.texts = texts;
    this.lines = new DashboardLines(model);
    this.marks = new EventMarks(model, texts);
    this.time = time;
    model.statusProperty().addListener((_, _, _) -> update());
    // Set after all other ages, so that one update sees one moment.
    model.oldestAgeProperty().addListener((_, _, _) -> update());
    model.connectionProperty().addListener((_, _, _) -> update());
    texts.localeProperty().addListener((_, _, _) -> update());
    time.pausedProperty().addListener((_, _, _) -> update());
    update();
  }

  /// Grows with every change worth showing.
  ReadOnlyLongProperty revisionProperty() {
    return revision.getReadOnlyProperty();
  }

  /// While true, the charts stand still and go on collecting.
  BooleanProperty pausedProperty() {
    return time.pausedProperty();
  }

  /// What the charts show that this window does not keep; null when it keeps all of it.
  DashboardPast.@Nullable Question pastQuestion() {
    return DashboardPast.question(time, shownUntilMs, newestMs, lines.past());
  }

  void showPast(DashboardPast.Answer answer) {
    if (pastQuestion() != null) {
      lines.past().show(answer);
      revision.set(revision.get() + 1);
    }
  }

  /// Shows again what this window keeps itself.
  void leavePast() {
    if (lines.past().forget()) {
      lines.reset();
      update();
    }
  }

  /// A screen that is not visible is not brought up to date; the histories keep what it misses.
  void setVisible(boolean nowVisible) {
    visible = nowVisible;
    update();
  }

  DashboardLines lines() {
    return lines;
  }

  DataState state() {
    return DataState.of(model);
  }

  /// Right end of the charts, in the service's time. It moves on when no data come.
  long shownUntilMs() {
    return shownUntilMs;
  }

  Tile.Shown tile(Tile tile) {
    return tiles.getOrDefault(
        tile, new Tile.Shown(ChartUnit.UNKNOWN, "", Freshness.UNKNOWN, Duration.ZERO));
  }

  List<NodeInfo> nodes() {
    return model.nodes();
  }

  boolean nodeShown(int nodeId) {
    return !hiddenNodes.contains(nodeId);
  }

  void showNode(int nodeId, boolean shown) {
    boolean changed = shown ? hiddenNodes.remove(nodeId) : hiddenNodes.add(nodeId);
    if (changed) {
      revision.set(revision.get() + 1);
    }
  }

  String nodeName(int nodeId) {
    return model.nodeName(nodeId);
  }

  /// Names and problems of nodes whose statistics cannot be read, in one sentence; "" when all can.
  String problems() {
    StringBuilder text = new StringBuilder();
    for (NodeInfo node : model.nodes()) {
      String problem = model.postgresProblem(node.id());
      if (!problem.isEmpty()) {
        text.append(text.isEmpty() ? "" : "; ").append(node.name()).append(": ").append(problem);
      }
    }
    return text.toString();
  }

  List<ChartMark> marksOf(DashboardChart chart) {
    return switch (chart) {
      case WAL -> marks.checkpoints(shownNodes());
      case THROUGHPUT -> marks.events();
      case TRAFFIC, LATENCY, BLOCKS, HIT_RATIO, LAG, CPU, DISK -> marks.symbols();
    };
  }

  /// Why a chart is not current, "" when it is.
  String staleText(DashboardChart chart) {
    return switch (state()) {
      case DataState.Disconnected _, DataState.Loading _ -> "";
      case DataState.Lost _ -> texts.text("dashboard.stale.lost");
      case DataState.Silent silent -> texts.text("dashboard.stale.silent", seconds(silent.age()));
      case DataState.Live _, DataState.Stale _ -> {
        Duration age = model.ageProperty(chart.datum()).get();
        yield Freshness.of(age) == Freshness.UNKNOWN
            ? texts.text("dashboard.stale.silent", seconds(age))
            : "";
      }
    };
  }

  private static long seconds(Duration age) {
    return age.toSeconds();
  }

  private List<NodeInfo> shownNodes() {
    return model.nodes().stream()
        .filter(node -> nodeShown(node.id()) && lines.draws(node.id()))
        .toList();
  }

  private void update() {
    if (!visible) {
      return;
    }
    ClusterStatus status = model.statusProperty().get();
    if (status != null) {
      if (status.startedAtEpochMs() != serviceStartedAtMs) {
        serviceStartedAtMs = status.startedAtEpochMs();
        lines.reset();
      }
      newestMs = status.sampledAtEpochMs() + model.ageProperty(Datum.STATUS).get().toMillis();
      if (!time.pausedProperty().get()) {
        shownUntilMs = newestMs;
      }
    }
    lines.pull();
    for (Tile tile : Tile.values()) {
      tiles.put(tile, read(tile));
    }
    revision.set(revision.get() + 1);
  }

  private Tile.Shown read(Tile tile) {
    Duration age = model.ageProperty(tile.datum()).get();
    boolean current = state().current();
    Freshness freshness = current ? Freshness.of(age) : Freshness.UNKNOWN;
    Measured measured = measure(tile);
    String value =
        freshness == Freshness.UNKNOWN
            ? ChartUnit.UNKNOWN
            : measured.unit().format(measured.value(), texts.locale());
    return new Tile.Shown(value, measured.of(), freshness, age);
  }

  private record Measured(double value, ChartUnit unit, String of) {}

  private Measured measure(Tile tile) {
    return switch (tile) {
      case CLIENTS -> count(PoolInfo::clients);
      case WAITING -> count(PoolInfo::waitingClients);
      case TPS ->
          new Measured(
              last(model.pool().samples())
                  .map(PoolSample::transactionsPerSecond)
                  .orElse(Double.NaN),
              ChartUnit.PER_SECOND,
              "");
      case HIT_RATIO -> hitRatio();
      case LAG -> worstLag();
      case CPU ->
          new Measured(
              last(model.host().samples())
                  .map(sample -> DashboardLines.percent(sample.cpuLoad()))
                  .orElse(Double.NaN),
              ChartUnit.PERCENT,
              "");
    };
  }

  private Measured count(ToDoubleFunction<PoolInfo> value) {
    PoolInfo info = model.poolInfoProperty().get();
    return new Measured(info == null ? Double.NaN : value.applyAsDouble(info), ChartUnit.COUNT, "");
  }

  private Measured hitRatio() {
    Optional<NodeInfo> primary =
        model.nodes().stream().filter(node -> node.role() == NodeRole.PRIMARY).findFirst();
    double ratio =
        primary
            .flatMap(node -> last(model.postgres(node.id()).samples()))
            .map(DashboardLines::hitPercent)
            .orElse(Double.NaN);
    return new Measured(ratio, ChartUnit.PERCENT, primary.map(NodeInfo::name).orElse(""));
  }

  /// The greatest lag of a standby; one whose lag is not known counts as the worst.
  private Measured worstLag() {
    double worst = Double.NaN;
    String of = "";
    for (NodeInfo node : model.nodes()) {
      if (node.role() == NodeRole.PRIMARY) {
        continue;
      }
      if (node.replayLagBytes() < 0) {
        return new Measured(Double.NaN, ChartUnit.BYTES, node.name());
      }
      if (Double.isNaN(worst) || node.replayLagBytes() > worst) {
        worst = node.replayLagBytes();
        of = node.name();
      }
    }
    return new Measured(worst, ChartUnit.BYTES, of);
  }

  private static <T> Optional<T> last(List<T> samples) {
    return samples.isEmpty() ? Optional.empty() : Optional.of(samples.getLast());
  }
}
