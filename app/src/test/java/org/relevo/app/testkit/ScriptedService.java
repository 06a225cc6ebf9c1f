package org.relevo.app.testkit;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import org.relevo.app.remote.ConnectFailure;
import org.relevo.app.remote.ConnectRequest;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.remote.ServiceConnector;
import org.relevo.jmx.contract.BenchmarkRun;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.ConsistencyReport;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.EventRecord;
import org.relevo.jmx.contract.HostSample;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.LogPage;
import org.relevo.jmx.contract.NodeCount;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.PoolSample;
import org.relevo.jmx.contract.PostgresSample;
import org.relevo.jmx.contract.Role;
import org.relevo.jmx.contract.TableCounts;

/// A whole service by hand: two nodes with ten minutes of history, consistency reports, logs and a
/// switchover that goes on when the test says so.
///
/// Owner: any thread, behind its own lock.
public final class ScriptedService implements ServiceConnector {
  public static final String CLUSTER = "ventas";
  private static final int NODES = 2;

  private final TestClock clock;
  private final ScriptedFailover failover;
  private final ScriptedManagement management;
  final List<PoolSample> pool = new ArrayList<>();
  final List<HostSample> host = new ArrayList<>();
  final Map<Integer, List<PostgresSample>> postgres = new HashMap<>();
  final List<BenchmarkSample> benchmark = new ArrayList<>();
  final List<EventRecord> events = new ArrayList<>();
  private final Map<String, List<LogLine>> logs = new HashMap<>();
  final NodeStatus[] status = {NodeStatus.UP, NodeStatus.UP};
  private final String[] reason = {"answers within 2 ms", "streams from pgsql1"};
  long startedAtMs;
  long sampledAtMs;
  private int primary;
  private long timeline = 7;
  boolean held;
  private boolean quiet;
  private boolean lost;
  private boolean logGap;
  private Role role = Role.ADMIN;
  BenchmarkState benchmarkState = BenchmarkState.RUNNING;
  ConsistencyReport report =
      new ConsistencyReport(0, ConsistencyState.NEVER, "", 0, 0, "", 0, List.of(), "");
  private ConnectFailure.Kind refuseWith = ConnectFailure.Kind.OTHER;
  private boolean refuse;
  private int polls;
  // Steps of the histories that were asked for.
  private final List<String> benchmarkCalls = new CopyOnWriteArrayList<>();
  final List<Integer> asked = new CopyOnWriteArrayList<>();

  public ScriptedService(TestClock clock) {
    this.clock = clock;
    failover = new ScriptedFailover(this, clock);
    management = new ScriptedManagement(clock, this);
    long now = clock.millis();
    startedAtMs = now - 3_600_000;
    postgres.put(0, new ArrayList<>());
    postgres.put(1, new ArrayList<>());
    for (int i = 600; i > 0; i--) {
      sample(now - i * 1000L);
    }
    sampledAtMs = now;
    logs.put("relevo", ScriptedData.log("relevo", 400, now));
    logs.put("postgres-0", ScriptedData.log("postgres-0", 300, now));
    logs.put("postgres-1", ScriptedData.log("postgres-1", 300, now));
    event(LogLevel.INFO, "service.started", "proxy=relevo-a epoch=41");
    event(LogLevel.INFO, "node.up", "node=pgsql2 timeline=7");
  }

  /// Steps of the histories that were asked for, in order.
  public List<Integer> askedSteps() {
    return List.copyOf(asked);
  }

  /// What was done with the load generator, in order.
  public List<String> benchmarkCalls() {
    return List.copyOf(benchmarkCalls);
  }

  void did(String call) {
    benchmarkCalls.add(call);
  }

  /// Kept runs.
  List<BenchmarkRun> runs() {
    return List.of(
        BenchmarkPictures.run("r3", "after", 2011, startedAtMs + 900_000),
        BenchmarkPictures.run("r2", "before", 1810, startedAtMs + 600_000),
        BenchmarkPictures.run("r1", "before", 1798, startedAtMs + 300_000));
  }

  // Knobs ---------------------------------------------------------------------------------------

  /// Lets the service take samples, one a second up to now on the clock.
  public synchronized void sampleUntilNow() {
    while (sampledAtMs + 1000 <= clock.millis()) {
      sampledAtMs += 1000;
      sample(sampledAtMs);
    }
  }

  /// Every call fails from now on, as when the network is cut.
  public synchronized void loseConnection() {
    lost = true;
  }

  public synchronized void healConnection() {
    lost = false;
  }

  /// As when the service's process was started anew: sequences begin again.
  public synchronized void restart() {
    startedAtMs = clock.millis();
    sampledAtMs = clock.millis();
    pool.clear();
    host.clear();
    benchmark.clear();
    events.clear();
    postgres.values().forEach(List::clear);
    event(LogLevel.INFO, "service.started", "proxy=relevo-a epoch=42");
  }

  /// New connections get this role.
  public synchronized void role(Role newer) {
    role = newer;
  }

  public synchronized void node(int id, NodeStatus newer, String why) {
    status[id] = newer;
    reason[id] = why;
  }

  public synchronized void benchmark(BenchmarkState newer) {
    benchmarkState = newer;
  }

  /// Nobody asks for anything, and nobody did before.
  public synchronized void quiet() {
    quiet = true;
    pool.replaceAll(ScriptedData::quiet);
    postgres.values().forEach(samples -> samples.replaceAll(ScriptedData::quiet));
  }

  /// The report that is there now.
  public synchronized void consistency(ConsistencyState state) {
    report = report(3, state);
  }

  /// The next page of logs says that lines are missing before it.
  public synchronized void logGap() {
    logGap = true;
  }

  public synchronized void appendLog(String sourceId, LogLevel level, String text) {
    List<LogLine> lines = logs.get(sourceId);
    lines.add(new LogLine(sourceId, lines.size() + 1L, clock.millis(), level, text));
  }

  /// New connections are refused.
  public synchronized void refuse(ConnectFailure.Kind kind) {
    refuse = true;
    refuseWith = kind;
  }

  public synchronized void accept() {
    refuse = false;
  }

  public ScriptedManagement management() {
    return management;
  }

  public ScriptedFailover failover() {
    return failover;
  }

  /// How often the status was asked for.
  public synchronized int polls() {
    return polls;
  }

  // For the failover part -----------------------------------------------------------------------

  synchronized void hold(boolean newer) {
    held = newer;
  }

  synchronized int primary() {
    return primary;
  }

  synchronized void promote(int nodeId) {
    primary = nodeId;
    timeline++;
    reason[nodeId] = "answers within 2 ms";
    reason[1 - nodeId] = "streams from " + name(nodeId);
  }

  synchronized void event(LogLevel level, String name, String text) {
    events.add(new EventRecord(events.size() + 1L, clock.millis(), level, name, text));
    logs.computeIfAbsent("relevo", _ -> new ArrayList<>());
    appendLog("relevo", level, name + " " + text);
  }

  static String name(int nodeId) {
    return "pgsql" + (nodeId + 1);
  }

  // Connections ---------------------------------------------------------------------------------

  @Override
  public synchronized ServiceConnection connect(ConnectRequest request) throws ConnectFailure {
    if (refuse || lost) {
      throw new ConnectFailure(
          lost ? ConnectFailure.Kind.REFUSED : refuseWith,
          request.address(),
          "scripted refusal",
          "SHA256:5F:A0:11:7C",
          null);
    }
    return new ScriptedConnection(this, request.address(), request.user(), role);
  }

  private void sample(long atMs) {
    long sequence = pool.isEmpty() ? 1 : pool.getLast().sequence() + 1;
    keep(pool, ScriptedData.pool(sequence, atMs, held));
    keep(host, ScriptedData.host(sequence, atMs));
    for (int id = 0; id < NODES; id++) {
      if (status[id] != NodeStatus.DOWN) {
        keep(postgres.get(id), ScriptedData.postgres(id, id == primary, sequence, atMs));
      }
    }
    if (benchmarkState == BenchmarkState.RUNNING) {
      keep(benchmark, ScriptedData.benchmark(sequence, atMs));
    }
    if (quiet) {
      quiet();
    }
  }

  private static <T> void keep(List<T> list, T sample) {
    list.add(sample);
    if (list.size() > 600) {
      list.removeFirst();
    }
  }

  synchronized void reachable() {
    if (lost) {
      throw new UncheckedIOException(new java.rmi.ConnectException("connection refused"));
    }
  }

  synchronized <T> List<T> since(List<T> samples, ToLongFunction<T> sequenceOf, long sequence) {
    reachable();
    return samples.stream().filter(s -> sequenceOf.applyAsLong(s) > sequence).toList();
  }

  synchronized ClusterStatus clusterStatus() {
    reachable();
    polls++;
    return new ClusterStatus(
        CLUSTER,
        "relevo-a",
        "0.1.0",
        "streaming_replication",
        34 + timeline,
        primary,
        held,
        failover.runningId(),
        startedAtMs,
        sampledAtMs);
  }

  synchronized NodeInfo nodeInfo(int id) {
    reachable();
    boolean isPrimary = id == primary;
    boolean down = status[id] == NodeStatus.DOWN;
    long insert = 0x16_B374D848L + pool.size() * 4096L + (sampledAtMs - startedAtMs) * 3;
    long lag = isPrimary ? 0 : down ? -1 : 41_256;
    String replayed =
        down ? "" : "%X/%X".formatted((insert - lag) >> 32, (insert - lag) & 0xFFFFFFFFL);
    return new NodeInfo(
        id,
        name(id),
        "127.0.0.1",
        5432 + id,
        down ? NodeRole.UNKNOWN : isPrimary ? NodeRole.PRIMARY : NodeRole.STANDBY,
        status[id],
        reason[id],
        startedAtMs + 5000,
        down ? -1 : timeline,
        replayed,
        replayed,
        lag,
        down ? -1 : isPrimary ? 0 : 12,
        "18.1",
        "7486213096217034762",
        "/var/lib/postgresql/18/" + name(id),
        true,
        sampledAtMs);
  }

  ConsistencyReport report(long id, ConsistencyState state) {
    if (state == ConsistencyState.NEVER) {
      return new ConsistencyReport(0, state, "", 0, 0, "", 0, List.of(), "");
    }
    boolean done = state == ConsistencyState.EQUAL || state == ConsistencyState.DIFFERENT;
    List<TableCounts> tables = new ArrayList<>();
    if (done) {
      boolean differs = state == ConsistencyState.DIFFERENT;
      tables.add(counts("pgbench_accounts", 500_000, differs ? 499_998 : 500_000));
      tables.add(counts("pgbench_branches", 5, 5));
      tables.add(counts("pgbench_history", 48_211, 48_211));
      tables.add(counts("pgbench_tellers", 50, 50));
    }
    long now = clock.millis();
    return new ConsistencyReport(
        id,
        state,
        "bench",
        now - 12_400,
        state == ConsistencyState.RUNNING ? -1 : now - 9_100,
        "16/B374D848",
        38,
        tables,
        state == ConsistencyState.FAILED ? "pgsql2 did not reach 16/B374D848 within 5 s" : "");
  }

  private static TableCounts counts(String table, long first, long second) {
    return new TableCounts(
        "public",
        table,
        first == second,
        List.of(new NodeCount(0, first, ""), new NodeCount(1, second, "")));
  }

  synchronized LogPage logPage(String sourceId, String cursor, int maxLines) {
    reachable();
    List<LogLine> all = logs.get(sourceId);
    if (all == null) {
      throw new IllegalArgumentException("no such log source: " + sourceId);
    }
    int from = cursor.isEmpty() ? Math.max(0, all.size() - maxLines) : Integer.parseInt(cursor);
    int to = Math.min(all.size(), from + maxLines);
    boolean gap = logGap;
    logGap = false;
    return new LogPage(all.subList(from, to), Integer.toString(to), gap);
  }
}
