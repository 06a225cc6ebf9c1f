package org.relevo.app.view.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.relevo.app.chart.ChartMark;
import org.relevo.app.chart.SharedTime;
import org.relevo.app.chart.TimeSeries;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.ControlData;
import org.relevo.app.model.Freshness;
import org.relevo.app.model.LiveData;
import org.relevo.app.testkit.BenchmarkPictures;
import org.relevo.app.testkit.TestClock;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.DataState;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.EventRecord;
import org.relevo.jmx.contract.HostInfo;
import org.relevo.jmx.contract.HostSample;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.PoolInfo;
import org.relevo.jmx.contract.PoolSample;
import org.relevo.jmx.contract.PostgresSample;

class DashboardViewModelTest {
  private final TestClock clock = new TestClock();
  private final ClusterModel model = new ClusterModel(clock);
  private final DashboardViewModel viewModel =
      new DashboardViewModel(model, new Texts(Locale.ENGLISH), new SharedTime());
  private long second;

  private static NodeInfo node(int id, NodeRole role, long lagBytes, long atMs) {
    return new NodeInfo(
        id,
        "pg" + id,
        "127.0.0.1",
        5432 + id,
        role,
        NodeStatus.UP,
        "",
        0,
        1,
        "",
        "",
        lagBytes,
        0,
        "18",
        "",
        "",
        true,
        atMs);
  }

  private static PostgresSample postgres(long sequence, long atMs, double read, double hit) {
    return new PostgresSample(
        sequence, atMs, 1000, 4, 10, 0, read, hit, 0, 0, 0, 0, 0, 0, 0, 500, 0.2, 3, 0);
  }

  private void poll(List<NodeInfo> nodes, List<EventRecord> events, Map<Integer, String> problems) {
    clock.advance(Duration.ofSeconds(1));
    second++;
    long now = clock.millis();
    model
        .connectionProperty()
        .set(new ConnectionState.Connected("127.0.0.1:9899", Instant.ofEpochMilli(now)));
    model.accept(
        new LiveData(
            new ClusterStatus("c", "p", "1", "streaming_replication", 1, 0, false, "", 1, now),
            nodes,
            new PoolInfo(12, 3, 4, 0, 0, 0, 0, 0, 0, now),
            List.of(new PoolSample(second, now, 12, 3, 4, 1234, 10, 20)),
            new HostInfo("h", "", "", 2, 1, 1),
            List.of(new HostSample(second, now, 0.5, -1, 0, 0, 0, 1, 2, 0, 0, 0)),
            Map.of(
                0, List.of(postgres(second, now, 1, 3)), 1, List.of(postgres(second, now, 0, 0))),
            problems,
            BenchmarkPictures.status(BenchmarkState.IDLE, 0, 0, 0),
            List.of(),
            events,
            new OperationStatus(
                "", "", OperationState.PLANNED, "", "", -1, -1, -1, -1, -1, 0, 0, 0, List.of(), ""),
            ControlData.NONE));
  }

  private void pollTwoNodes(long lag) {
    long now = clock.millis();
    poll(
        List.of(node(0, NodeRole.PRIMARY, 0, now), node(1, NodeRole.STANDBY, lag, now)),
        List.of(),
        Map.of());
  }

  @Test
  void nothingIsKnownBeforeTheFirstAnswer() {
    viewModel.setVisible(true);
    assertThat(viewModel.state()).isInstanceOf(DataState.Disconnected.class);
    for (Tile tile : Tile.values()) {
      assertThat(viewModel.tile(tile).value()).isEqualTo("–");
      assertThat(viewModel.tile(tile).freshness()).isEqualTo(Freshness.UNKNOWN);
    }
  }

  @Test
  void tilesShowTheNewestValuesAndWhoseTheyAre() {
    viewModel.setVisible(true);
    pollTwoNodes(2048);
    assertThat(viewModel.tile(Tile.CLIENTS).value()).isEqualTo("12");
    assertThat(viewModel.tile(Tile.WAITING).value()).isEqualTo("3");
    assertThat(viewModel.tile(Tile.TPS).value()).isEqualTo("1,234\u00a0/s");
    assertThat(viewModel.tile(Tile.HIT_RATIO).value()).isEqualTo("75\u00a0%");
    assertThat(viewModel.tile(Tile.HIT_RATIO).of()).isEqualTo("pg0");
    assertThat(viewModel.tile(Tile.LAG).value()).isEqualTo("2\u00a0KiB");
    assertThat(viewModel.tile(Tile.LAG).of()).isEqualTo("pg1");
    assertThat(viewModel.tile(Tile.CPU).value()).isEqualTo("50\u00a0%");
  }

  @Test
  void aStandbyWhoseLagIsNotKnownMakesTheLagUnknown() {
    viewModel.setVisible(true);
    pollTwoNodes(-1);
    assertThat(viewModel.tile(Tile.LAG).value()).isEqualTo("–");
    assertThat(viewModel.tile(Tile.LAG).of()).isEqualTo("pg1");
  }

  @Test
  void valuesAgeAndBecomeUnknownWhileTheTimeAxisMovesOn() {
    viewModel.setVisible(true);
    pollTwoNodes(0);
    long until = viewModel.shownUntilMs();
    clock.advance(Duration.ofSeconds(3));
    model.tick();
    assertThat(viewModel.tile(Tile.CLIENTS).freshness()).isEqualTo(Freshness.STALE);
    assertThat(viewModel.tile(Tile.CLIENTS).value()).isEqualTo("12");
    assertThat(viewModel.shownUntilMs()).isEqualTo(until + 3000);
    clock.advance(Duration.ofSeconds(3));
    model.tick();
    assertThat(viewModel.tile(Tile.CLIENTS).value()).isEqualTo("–");
    assertThat(viewModel.staleText(DashboardChart.CPU)).isEqualTo("No data for 6 s");
  }

  @Test
  void aHiddenScreenDoesNoWorkAndCatchesUpWhenShown() {
    TimeSeries[] proxy = new TimeSeries[1];
    viewModel
        .lines()
        .addClusterLines((_, lineId, _, _) -> {
          TimeSeries series = new TimeSeries(600, 2500);
          if (lineId.equals("proxy")) {
            proxy[0] = series;
          }
          return series;
        });
    long before = viewModel.revisionProperty().get();
    pollTwoNodes(0);
    pollTwoNodes(0);
    assertThat(viewModel.revisionProperty().get()).isEqualTo(before);
    assertThat(proxy[0].size()).isZero();
    viewModel.setVisible(true);
    assertThat(proxy[0].size()).isEqualTo(2);
  }

  @Test
  void aPausedScreenKeepsItsRightEnd() {
    viewModel.setVisible(true);
    pollTwoNodes(0);
    long until = viewModel.shownUntilMs();
    viewModel.pausedProperty().set(true);
    pollTwoNodes(0);
    assertThat(viewModel.shownUntilMs()).isEqualTo(until);
    viewModel.pausedProperty().set(false);
    assertThat(viewModel.shownUntilMs()).isEqualTo(until + 1000);
  }

  @Test
  void eventsBecomeMarksNamedByTheirTarget() {
    long now = clock.millis();
    poll(
        List.of(node(0, NodeRole.PRIMARY, 0, now), node(1, NodeRole.STANDBY, 0, now)),
        List.of(
            new EventRecord(1, now - 50, LogLevel.INFO, "switchover.started", "id=s1 to=1"),
            new EventRecord(2, now - 40, LogLevel.INFO, "switchover.step", "id=s1 step=hold"),
            new EventRecord(3, now - 30, LogLevel.INFO, "switchover.finished", "state=SUCCEEDED"),
            new EventRecord(4, now - 20, LogLevel.INFO, "switchover.started", "id=s2 to=pg0"),
            new EventRecord(5, now - 10, LogLevel.INFO, "switchover.finished", "state=ABORTED"),
            new EventRecord(6, now, LogLevel.ERROR, "node.down", "node=pg1")),
        Map.of());
    assertThat(viewModel.marksOf(DashboardChart.THROUGHPUT))
        .extracting(ChartMark::kind, ChartMark::text)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(ChartMark.Kind.OPERATION, "switchover to pg1"),
            org.assertj.core.groups.Tuple.tuple(ChartMark.Kind.ROLE_CHANGE, "pg1 is primary"),
            org.assertj.core.groups.Tuple.tuple(ChartMark.Kind.OPERATION, "switchover to pg0"),
            org.assertj.core.groups.Tuple.tuple(
                ChartMark.Kind.PROBLEM, "switchover ended without a change"),
            org.assertj.core.groups.Tuple.tuple(ChartMark.Kind.PROBLEM, "node.down"));
    assertThat(viewModel.marksOf(DashboardChart.CPU)).hasSize(5).allMatch(m -> m.text().isEmpty());
  }

  @Test
  void problemsOfNodesAreNamed() {
    long now = clock.millis();
    viewModel.setVisible(true);
    poll(
        List.of(node(0, NodeRole.PRIMARY, 0, now), node(1, NodeRole.STANDBY, 0, now)),
        List.of(),
        Map.of(1, "connection refused", 0, ""));
    assertThat(viewModel.problems()).isEqualTo("pg1: connection refused");
  }

  @Test
  void moreNodesThanAChartCanCarryAreLeftOut() {
    long now = clock.millis();
    List<NodeInfo> many =
        java.util.stream.IntStream.range(0, 12)
            .mapToObj(id -> node(id, id == 0 ? NodeRole.PRIMARY : NodeRole.STANDBY, 0, now))
            .toList();
    poll(many, List.of(), Map.of());
    int[] made = new int[1];
    viewModel
        .lines()
        .addNodeLines((chart, _, _, _) -> {
          made[0] += chart == DashboardChart.THROUGHPUT ? 1 : 0;
          return new TimeSeries(10, 2500);
        });
    assertThat(made[0]).isEqualTo(DashboardLines.MAX_NODES * 2);
    assertThat(viewModel.lines().draws(7)).isTrue();
    assertThat(viewModel.lines().draws(8)).isFalse();
  }

  @Test
  void withoutBlockAccessTheHitRatioIsUnknownNotFull() {
    assertThat(DashboardLines.hitPercent(postgres(1, 1, 0, 0))).isNaN();
    assertThat(DashboardLines.hitPercent(postgres(1, 1, -1, -1))).isNaN();
    assertThat(DashboardLines.hitPercent(postgres(1, 1, 1, 3))).isEqualTo(75);
  }
}
