package org.relevo.app.view.dashboard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.relevo.app.chart.TimeSeries;
import org.relevo.app.model.ClusterModel;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.contract.HostSample;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.PoolSample;
import org.relevo.jmx.contract.PostgresSample;

/// Which lines each chart has and where their values come from. Owner: FX thread.
final class DashboardLines {
  /// More nodes would make charts unreadable and exceed a chart's series.
  static final int MAX_NODES = 8;

  /// Node id of lines that belong to no node.
  static final int NO_NODE = -1;

  private static final double PERCENT = 100;

  private final ClusterModel model;
  private final DashboardPast past = new DashboardPast();
  private final Feed<PoolSample> pool;
  private final Feed<HostSample> host;
  private final Feed<BenchmarkSample> benchmark;
  private final Map<Integer, Feed<PostgresSample>> postgres = new TreeMap<>();
  private final Set<Integer> drawnNodes = new HashSet<>();

  /// Makes a line in a chart.
  @FunctionalInterface
  interface LineMaker {
    /// @param textKey names the line; `{0}` is the node's name
    TimeSeries make(DashboardChart chart, String lineId, String textKey, int nodeId);
  }

  DashboardLines(ClusterModel model) {
    this.model = model;
    this.pool = new Feed<>(model.pool(), PoolSample::sequence, PoolSample::sampledAtEpochMs);
    this.host = new Feed<>(model.host(), HostSample::sequence, HostSample::sampledAtEpochMs);
    this.benchmark =
        new Feed<>(model.benchmark(), BenchmarkSample::sequence, BenchmarkSample::sampledAtEpochMs);
  }

  /// Makes the lines that belong to no node.
  void addClusterLines(LineMaker maker) {
    fixed(maker, pool, DashboardChart.THROUGHPUT, "proxy", PoolSample::transactionsPerSecond);
    fixed(maker, pool, DashboardChart.TRAFFIC, "in", PoolSample::bytesFromClientsPerSecond);
    fixed(maker, pool, DashboardChart.TRAFFIC, "out", PoolSample::bytesToClientsPerSecond);
    fixed(maker, benchmark, DashboardChart.LATENCY, "mean", BenchmarkSample::latencyMeanMs);
    fixed(maker, benchmark, DashboardChart.LATENCY, "max", BenchmarkSample::latencyMaxMs);
    machine(maker, DashboardChart.CPU, "cpu", s -> percent(s.cpuLoad()), "cpu", PERCENT);
    machine(maker, DashboardChart.CPU, "iowait", s -> percent(s.cpuIoWait()), "io_wait", PERCENT);
    machine(
        maker,
        DashboardChart.DISK,
        "read",
        HostSample::diskReadBytesPerSecond,
        "disk_read_bytes",
        1);
    machine(
        maker,
        DashboardChart.DISK,
        "write",
        HostSample::diskWriteBytesPerSecond,
        "disk_write_bytes",
        1);
  }

  /// Makes the lines of nodes seen for the first time.
  void addNodeLines(LineMaker maker) {
    for (NodeInfo node : model.nodes()) {
      if (drawnNodes.size() < MAX_NODES && drawnNodes.add(node.id())) {
        addNode(maker, node.id());
      }
    }
  }

  /// Of the lines that services keep histories of.
  DashboardPast past() {
    return past;
  }

  /// Whether a node's lines are in the charts.
  boolean draws(int nodeId) {
    return drawnNodes.contains(nodeId);
  }

  /// Brings new samples to all lines.
  void pull() {
    feeds().forEach(Feed::pull);
  }

  void reset() {
    feeds().forEach(Feed::reset);
  }

  /// Share of blocks found in shared buffers, in percent; `NaN` without any access.
  static double hitPercent(PostgresSample sample) {
    double all = sample.blocksHitPerSecond() + sample.blocksReadPerSecond();
    boolean known = sample.blocksHitPerSecond() >= 0 && sample.blocksReadPerSecond() >= 0;
    return known && all > 0 ? PERCENT * sample.blocksHitPerSecond() / all : Double.NaN;
  }

  static double percent(double share) {
    return share < 0 ? Double.NaN : share * PERCENT;
  }

  private List<Feed<?>> feeds() {
    List<Feed<?>> all = new ArrayList<>(List.of(pool, host, benchmark));
    all.addAll(postgres.values());
    return all;
  }

  private void addNode(LineMaker maker, int id) {
    Feed<PostgresSample> feed =
        new Feed<>(model.postgres(id), PostgresSample::sequence, PostgresSample::sampledAtEpochMs);
    postgres.put(id, feed);
    ofNode(
        maker,
        id,
        DashboardChart.THROUGHPUT,
        "commits",
        PostgresSample::commitsPerSecond,
        List.of("commits"),
        List::getFirst);
    ofNode(
        maker,
        id,
        DashboardChart.THROUGHPUT,
        "rollbacks",
        PostgresSample::rollbacksPerSecond,
        List.of("rollbacks"),
        List::getFirst);
    ofNode(
        maker,
        id,
        DashboardChart.BLOCKS,
        "hit",
        PostgresSample::blocksHitPerSecond,
        List.of("blocks_hit"),
        List::getFirst);
    ofNode(
        maker,
        id,
        DashboardChart.BLOCKS,
        "miss",
        PostgresSample::blocksReadPerSecond,
        List.of("blocks_read"),
        List::getFirst);
    ofNode(
        maker,
        id,
        DashboardChart.HIT_RATIO,
        "ratio",
        DashboardLines::hitPercent,
        List.of("blocks_hit", "blocks_read"),
        DashboardLines::ratio);
    ofNode(
        maker,
        id,
        DashboardChart.WAL,
        "wal",
        PostgresSample::walBytesPerSecond,
        List.of("wal"),
        List::getFirst);
    ofNode(
        maker,
        id,
        DashboardChart.WAL,
        "temp",
        PostgresSample::tempBytesPerSecond,
        List.of("temp_bytes"),
        List::getFirst);
    ofNode(
        maker,
        id,
        DashboardChart.LAG,
        "lag",
        sample -> (double) sample.replayLagBytes(),
        List.of("replay_lag_bytes"),
        List::getFirst);
  }

  private void machine(
      LineMaker maker,
      DashboardChart chart,
      String line,
      ToDoubleFunction<HostSample> value,
      String column,
      double factor) {
    TimeSeries series = maker.make(chart, line, "dashboard.line." + line, NO_NODE);
    host.into(series, value);
    past.add(NO_NODE, List.of(column), values -> values.getFirst() * factor, series);
  }

  private static double ratio(List<Double> hitAndRead) {
    double all = hitAndRead.getFirst() + hitAndRead.getLast();
    return all > 0 ? PERCENT * hitAndRead.getFirst() / all : Double.NaN;
  }

  private static <T> void fixed(
      LineMaker maker, Feed<T> feed, DashboardChart chart, String line, ToDoubleFunction<T> value) {
    feed.into(maker.make(chart, line, "dashboard.line." + line, NO_NODE), value);
  }

  private void ofNode(
      LineMaker maker,
      int id,
      DashboardChart chart,
      String line,
      ToDoubleFunction<PostgresSample> value,
      List<String> columns,
      ToDoubleFunction<List<Double>> pastValue) {
    Feed<PostgresSample> feed = postgres.get(id);
    if (feed == null) {
      throw new IllegalStateException("node " + id + " has no feed");
    }
    TimeSeries series = maker.make(chart, line + "-" + id, "dashboard.line." + line, id);
    feed.into(series, value);
    past.add(id, columns, pastValue, series);
  }
}
