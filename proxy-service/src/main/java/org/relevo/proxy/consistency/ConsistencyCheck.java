package org.relevo.proxy.consistency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.ConsistencyMXBean;
import org.relevo.jmx.contract.ConsistencyReport;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.NodeCount;
import org.relevo.jmx.contract.TableCounts;
import org.relevo.jmx.postgres.JdbcTarget;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.TrafficGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts the rows of every table on every node at one common point. New transactions wait only
/// while the snapshots are taken; counting goes on in the snapshots while clients work. A check
/// that a standby's replay cut short is made once more.
///
/// Owner: itself; any thread may call it, a check runs on a virtual thread of its own.
public final class ConsistencyCheck implements ConsistencyMXBean, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConsistencyCheck.class);
  private static final int ATTEMPTS = 2;
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(15);

  private final ClusterViews views;
  private final TrafficGate gate;
  private final ConsistencySettings settings;
  private final BiConsumer<String, String> events;
  private final Object lock = new Object();
  private volatile ConsistencyReport last =
      new ConsistencyReport(0, ConsistencyState.NEVER, "", 0, 0, "", 0, List.of(), "");
  private volatile List<NodeSnapshot> working = List.of();
  private volatile boolean closed;
  private @Nullable Thread worker;

  /// @param gate of all services whose clients write, this one's and its peers'
  /// @param events takes an event's name and its text
  public ConsistencyCheck(
      ClusterViews views,
      TrafficGate gate,
      ConsistencySettings settings,
      BiConsumer<String, String> events) {
    this.views = views;
    this.gate = gate;
    this.settings = settings;
    this.events = events;
  }

  @Override
  public ConsistencyReport getLastReport() {
    return last;
  }

  @Override
  public long check(String database) {
    String chosen = database.isBlank() ? settings.database() : database;
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("the service is stopping");
      }
      if (last.state() == ConsistencyState.RUNNING) {
        throw new IllegalStateException(
            "comparison " + last.id() + " is running; wait for its report");
      }
      gate.state()
          .holder()
          .ifPresent(holder -> {
            throw new IllegalStateException(
                "operation " + holder + " is running; compare when it has ended");
          });
      long id = last.id() + 1;
      last =
          new ConsistencyReport(
              id,
              ConsistencyState.RUNNING,
              chosen,
              System.currentTimeMillis(),
              0,
              "",
              0,
              List.of(),
              "");
      ConsistencyReport running = last;
      worker = Thread.ofVirtual().name("consistency-" + id).start(() -> run(running));
      return id;
    }
  }

  /// Ends a running check; its report says so.
  @Override
  public void close() {
    Thread running;
    synchronized (lock) {
      closed = true;
      running = worker;
    }
    working.forEach(NodeSnapshot::abort);
    try {
      if (running != null && !running.join(CLOSE_WAIT)) {
        LOG.warn("consistency.stopping waitedMs={}", CLOSE_WAIT.toMillis());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(ConsistencyReport running) {
    events.accept("consistency.started", "id=" + running.id() + " database=" + running.database());
    ConsistencyReport ended;
    try {
      ended = attempts(running);
    } catch (CheckFailure e) {
      ended = failed(running, String.valueOf(e.getMessage()), 0);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      ended = failed(running, "interrupted", 0);
    } catch (RuntimeException e) {
      LOG.error("consistency.broken id={}", running.id(), e);
      ended = failed(running, "unexpected failure: " + e, 0);
    }
    last = ended;
    events.accept("consistency.finished", describe(ended));
  }

  private ConsistencyReport attempts(ConsistencyReport running)
      throws CheckFailure, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try (ExecutorService executor =
          Executors.newThreadPerTaskExecutor(
              Thread.ofVirtual().name("consistency-node-", 0).factory())) {
        Attempt one = attempt(running, (items, work) -> forEach(executor, items, work));
        if (!one.passing() || attempt == ATTEMPTS || closed) {
          return one.report();
        }
        LOG.info("consistency.again id={} reason=\"{}\"", running.id(), one.report().problem());
      }
    }
  }

  /// @param passing whether another attempt may do better
  private record Attempt(ConsistencyReport report, boolean passing) {}

  private Attempt attempt(ConsistencyReport running, CommonPoint.NodeThreads threads)
      throws CheckFailure, InterruptedException {
    ClusterView view = views.current();
    NodeView primaryNode =
        view.primaryNode()
            .orElseThrow(() ->
                new CheckFailure("there is no primary to compare with: " + view.primaryReason()));
    List<NodeSnapshot> snapshots = new ArrayList<>();
    @Nullable NodeSnapshot primary = null;
    for (NodeView node : view.nodes()) {
      NodeSnapshot snapshot = new NodeSnapshot(node, target(node, running.database()));
      snapshots.add(snapshot);
      primary = node.id().equals(primaryNode.id()) ? snapshot : primary;
    }
    if (primary == null) {
      throw new CheckFailure("the primary is not among the nodes: " + primaryNode.name());
    }
    working = List.copyOf(snapshots);
    try {
      threads.forEach(snapshots, snapshot -> snapshot.connect(settings.countLimit()));
      if (closed) {
        throw new CheckFailure("the service is stopping");
      }
      if (!primary.problem().isEmpty()) {
        throw new CheckFailure("the primary cannot be compared with: " + primary.problem());
      }
      return compare(running, threads, primary, snapshots);
    } finally {
      working = List.of();
      snapshots.forEach(NodeSnapshot::close);
    }
  }

  private Attempt compare(
      ConsistencyReport running,
      CommonPoint.NodeThreads threads,
      NodeSnapshot primary,
      List<NodeSnapshot> snapshots)
      throws InterruptedException {
    CommonPoint point =
        new CommonPoint("consistency-" + running.id(), gate, settings.holdLimit(), threads);
    Lsn lsn;
    try {
      lsn = point.take(primary, snapshots);
    } catch (CheckFailure e) {
      String problem = String.valueOf(e.getMessage());
      return new Attempt(failed(running, problem, point.heldMs()), false);
    }
    boolean standbys = snapshots.stream().anyMatch(NodeSnapshot::standby);
    List<NodeTables> counted = new ArrayList<>();
    threads.forEach(
        snapshots,
        snapshot -> {
          NodeTables tables = snapshot.count(standbys, settings.countLimit());
          synchronized (counted) {
            counted.add(tables);
          }
        });
    List<NodeTables> ordered =
        counted.stream().sorted(Comparator.comparingInt(NodeTables::nodeId)).toList();
    Comparison comparison = Comparison.of(ordered);
    ConsistencyReport report =
        new ConsistencyReport(
            running.id(),
            comparison.state(),
            running.database(),
            running.startedAtEpochMs(),
            System.currentTimeMillis(),
            lsn.toString(),
            point.heldMs(),
            comparison.tables(),
            comparison.problem());
    return new Attempt(report, ordered.stream().anyMatch(NodeTables::passing));
  }

  private JdbcTarget target(NodeView node, String database) {
    return new JdbcTarget(
        node.host(),
        node.port(),
        database,
        settings.user(),
        settings.password(),
        () -> settings.encryption().apply(node.id()));
  }

  private static void forEach(
      ExecutorService executor, List<NodeSnapshot> snapshots, Consumer<NodeSnapshot> work)
      throws InterruptedException {
    List<Future<?>> tasks = new ArrayList<>();
    for (NodeSnapshot snapshot : snapshots) {
      tasks.add(executor.submit(() -> work.accept(snapshot)));
    }
    for (Future<?> task : tasks) {
      try {
        task.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a node's part failed: " + e.getCause(), e);
      }
    }
  }

  private static ConsistencyReport failed(ConsistencyReport running, String problem, long heldMs) {
    return new ConsistencyReport(
        running.id(),
        ConsistencyState.FAILED,
        running.database(),
        running.startedAtEpochMs(),
        System.currentTimeMillis(),
        "",
        heldMs,
        List.of(),
        problem);
  }

  private static String describe(ConsistencyReport report) {
    long unequal = report.tables().stream().filter(table -> !table.equal()).count();
    long rows =
        report.tables().stream()
            .map(TableCounts::counts)
            .flatMap(counts -> counts.stream().limit(1))
            .mapToLong(NodeCount::rows)
            .filter(count -> count > 0)
            .sum();
    return "id=%d state=%s database=%s tables=%d unequal=%d rows=%d lsn=%s heldMs=%d tookMs=%d%s"
        .formatted(
            report.id(),
            report.state(),
            report.database(),
            report.tables().size(),
            unequal,
            rows,
            report.lsn(),
            report.heldMs(),
            report.finishedAtEpochMs() - report.startedAtEpochMs(),
            report.problem().isEmpty() ? "" : " problem=\"" + report.problem() + "\"");
  }
}
