package org.relevo.app.model;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.EventRecord;
import org.relevo.jmx.contract.HostInfo;
import org.relevo.jmx.contract.HostSample;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.PoolInfo;
import org.relevo.jmx.contract.PoolSample;
import org.relevo.jmx.contract.PostgresSample;
import org.relevo.jmx.contract.Role;

/// The newest known state of one cluster. Screens bind to it and never ask the service for these
/// values themselves. Values stay after a loss of the connection; their age tells how old they are.
///
/// Owner: FX thread.
public final class ClusterModel {
  /// Events kept; older ones are in the log.
  public static final int EVENT_CAPACITY = 1000;

  private static final int CAPACITY = ObjectNames.HISTORY_CAPACITY;

  private final Clock clock;
  private final ObjectProperty<ConnectionState> connection =
      new SimpleObjectProperty<>(new ConnectionState.Disconnected());
  private final ObjectProperty<Role> role = new SimpleObjectProperty<>(Role.MONITOR);
  private final ObjectProperty<Environment> environment =
      new SimpleObjectProperty<>(Environment.NONE);
  private final ReadOnlyObjectWrapper<@Nullable ClusterStatus> status =
      new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<@Nullable PoolInfo> poolInfo = new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<@Nullable HostInfo> hostInfo = new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<@Nullable BenchmarkStatus> benchmarkStatus =
      new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<@Nullable OperationStatus> operation =
      new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<ControlData> control =
      new ReadOnlyObjectWrapper<>(ControlData.NONE);
  private final ObservableList<NodeInfo> nodes = FXCollections.observableArrayList();
  private final ObservableList<NodeInfo> nodesView =
      FXCollections.unmodifiableObservableList(nodes);
  private final History<PoolSample> pool = new History<>(CAPACITY, PoolSample::sequence);
  private final History<HostSample> host = new History<>(CAPACITY, HostSample::sequence);
  private final Map<Integer, History<PostgresSample>> postgres = new TreeMap<>();
  private final Map<Integer, String> postgresProblems = new HashMap<>();
  private final History<BenchmarkSample> benchmark =
      new History<>(CAPACITY, BenchmarkSample::sequence);
  private final History<EventRecord> events = new History<>(EVENT_CAPACITY, EventRecord::sequence);
  private final Map<Datum, Stamp> stamps = new EnumMap<>(Datum.class);
  private final Map<Integer, Stamp> nodeStamps = new HashMap<>();
  private final Map<Datum, ReadOnlyObjectWrapper<Duration>> ages = new EnumMap<>(Datum.class);
  private final ReadOnlyObjectWrapper<Duration> oldest = new ReadOnlyObjectWrapper<>(Duration.ZERO);
  private boolean held;
  private long startedAtEpochMs;

  public ClusterModel(Clock clock) {
    this.clock = clock;
    for (Datum datum : Datum.values()) {
      ages.put(datum, new ReadOnlyObjectWrapper<>(Duration.ZERO));
    }
  }

  public ObjectProperty<ConnectionState> connectionProperty() {
    return connection;
  }

  /// What the connected user may do.
  public ObjectProperty<Role> roleProperty() {
    return role;
  }

  /// What the person said that this cluster is used for.
  public ObjectProperty<Environment> environmentProperty() {
    return environment;
  }

  /// Null before the first poll, like every other snapshot here.
  public ReadOnlyObjectProperty<@Nullable ClusterStatus> statusProperty() {
    return status.getReadOnlyProperty();
  }

  public ReadOnlyObjectProperty<@Nullable PoolInfo> poolInfoProperty() {
    return poolInfo.getReadOnlyProperty();
  }

  public ReadOnlyObjectProperty<@Nullable HostInfo> hostInfoProperty() {
    return hostInfo.getReadOnlyProperty();
  }

  public ReadOnlyObjectProperty<@Nullable BenchmarkStatus> benchmarkStatusProperty() {
    return benchmarkStatus.getReadOnlyProperty();
  }

  /// The running operation, else the last one, else one with id "".
  public ReadOnlyObjectProperty<@Nullable OperationStatus> operationProperty() {
    return operation.getReadOnlyProperty();
  }

  /// [ControlData#NONE] before the first poll.
  public ReadOnlyObjectProperty<ControlData> controlProperty() {
    return control.getReadOnlyProperty();
  }

  /// Unmodifiable; rows are replaced in place, so positions are stable while nodes stay.
  public ObservableList<NodeInfo> nodes() {
    return nodesView;
  }

  public Optional<NodeInfo> node(int id) {
    return nodes.stream().filter(n -> n.id() == id).findFirst();
  }

  /// Name of a node for people, `node N` when it is not known.
  public String nodeName(int id) {
    return node(id).map(NodeInfo::name).orElse("node " + id);
  }

  public History<PoolSample> pool() {
    return pool;
  }

  public History<HostSample> host() {
    return host;
  }

  /// Made on first use, so that a chart may bind before the first sample.
  public History<PostgresSample> postgres(int nodeId) {
    return postgres.computeIfAbsent(nodeId, _ -> new History<>(CAPACITY, PostgresSample::sequence));
  }

  /// Why there is no fresh sample of a node, "" when there is one.
  public String postgresProblem(int nodeId) {
    return postgresProblems.getOrDefault(nodeId, "");
  }

  public History<BenchmarkSample> benchmark() {
    return benchmark;
  }

  public History<EventRecord> events() {
    return events;
  }

  /// Time since this datum last changed hands; refreshed by [#tick].
  public ReadOnlyObjectProperty<Duration> ageProperty(Datum datum) {
    return wrapper(datum).getReadOnlyProperty();
  }

  /// Age of the oldest of cluster status, nodes, pool and host.
  public ReadOnlyObjectProperty<Duration> oldestAgeProperty() {
    return oldest.getReadOnlyProperty();
  }

  public Duration nodeAge(int nodeId) {
    return held ? Duration.ZERO : age(nodeStamps.get(nodeId));
  }

  /// What a poll need not ask for again.
  public Sequences sequences() {
    ClusterStatus known = status.get();
    Map<Integer, Long> byNode = new HashMap<>();
    postgres.forEach((id, history) -> byNode.put(id, history.lastSequence()));
    return new Sequences(
        known == null ? 0 : known.startedAtEpochMs(),
        pool.lastSequence(),
        host.lastSequence(),
        byNode,
        benchmark.lastSequence(),
        events.lastSequence());
  }

  /// Takes one poll's answer.
  public void accept(LiveData data) {
    remember(data);
    stamp(Datum.STATUS, data.status().sampledAtEpochMs());
    updateNodes(data.nodes());
    stamp(Datum.POOL, data.poolInfo().sampledAtEpochMs());
    stamp(Datum.HOST, host.lastSequence());
    long postgresMark = 0;
    for (int node : data.postgres().keySet()) {
      postgresMark += postgres(node).lastSequence();
    }
    stamp(Datum.POSTGRES, postgresMark);
    postgresProblems.clear();
    postgresProblems.putAll(data.postgresProblems());
    // These have no time of their own: an answer is enough.
    long now = clock.millis();
    stamp(Datum.BENCHMARK, now);
    stamp(Datum.EVENTS, now);
    stamp(Datum.OPERATION, now);
    poolInfo.set(data.poolInfo());
    hostInfo.set(data.hostInfo());
    benchmarkStatus.set(data.benchmarkStatus());
    operation.set(data.operation());
    control.set(data.controlData());
    status.set(data.status());
    tick();
  }

  /// Takes an answer into the histories only; a newer one is to be accepted at once.
  public void remember(LiveData data) {
    long started = data.status().startedAtEpochMs();
    if (startedAtEpochMs != 0 && startedAtEpochMs != started) {
      clearHistories();
    }
    startedAtEpochMs = started;
    pool.add(data.pool());
    host.add(data.host());
    data.postgres().forEach((node, samples) -> postgres(node).add(samples));
    benchmark.add(data.benchmark());
    events.add(data.events());
  }

  /// Takes a newer state of the operation between two polls.
  public void acceptOperation(OperationStatus newer) {
    stamp(Datum.OPERATION, clock.millis());
    operation.set(newer);
  }

  /// While true nothing grows old: what is shown is of another time anyway, and says so.
  public void hold(boolean nowHeld) {
    held = nowHeld;
  }

  /// Lets ages grow; called once a second whether or not data come.
  public void tick() {
    if (held) {
      ages.values().forEach(age -> age.set(Duration.ZERO));
      oldest.set(Duration.ZERO);
      return;
    }
    for (Datum datum : Datum.values()) {
      wrapper(datum).set(age(stamps.get(datum)));
    }
    Duration max = Duration.ZERO;
    for (Datum datum : List.of(Datum.STATUS, Datum.NODES, Datum.POOL, Datum.HOST)) {
      Duration age = wrapper(datum).get();
      max = age.compareTo(max) > 0 ? age : max;
    }
    oldest.set(max);
  }

  /// Forgets one cluster before another is connected.
  public void clear() {
    clearHistories();
    nodes.clear();
    nodeStamps.clear();
    postgresProblems.clear();
    stamps.clear();
    status.set(null);
    poolInfo.set(null);
    hostInfo.set(null);
    benchmarkStatus.set(null);
    operation.set(null);
    control.set(ControlData.NONE);
    environment.set(Environment.NONE);
    startedAtEpochMs = 0;
    tick();
  }

  private void clearHistories() {
    pool.clear();
    host.clear();
    postgres.values().forEach(History::clear);
    benchmark.clear();
    events.clear();
  }

  private void updateNodes(List<NodeInfo> newer) {
    long mark = 0;
    for (int i = 0; i < newer.size(); i++) {
      NodeInfo node = newer.get(i);
      if (i >= nodes.size()) {
        nodes.add(node);
      } else if (!nodes.get(i).equals(node)) {
        nodes.set(i, node);
      }
      nodeStamps.merge(
          node.id(), new Stamp(node.sampledAtEpochMs(), clock.instant()), Stamp::keepOrReplace);
      mark = Math.max(mark, node.sampledAtEpochMs());
    }
    if (nodes.size() > newer.size()) {
      nodes.remove(newer.size(), nodes.size());
    }
    stamp(Datum.NODES, mark);
  }

  private void stamp(Datum datum, long mark) {
    stamps.merge(datum, new Stamp(mark, clock.instant()), Stamp::keepOrReplace);
  }

  private Duration age(@Nullable Stamp stamp) {
    if (stamp == null) {
      return Duration.ZERO;
    }
    Duration age = Duration.between(stamp.since(), clock.instant());
    return age.isNegative() ? Duration.ZERO : age;
  }

  private ReadOnlyObjectWrapper<Duration> wrapper(Datum datum) {
    ReadOnlyObjectWrapper<Duration> found = ages.get(datum);
    if (found == null) {
      throw new IllegalStateException("no age for " + datum);
    }
    return found;
  }

  /// Received at our time; the service's own mark tells whether it moved on. So neither a skewed
  /// clock nor a service that repeats an old sample makes a value look fresh.
  private record Stamp(long mark, Instant since) {
    static Stamp keepOrReplace(Stamp old, Stamp fresh) {
      return old.mark == fresh.mark ? old : fresh;
    }
  }
}
