package org.relevo.proxy.consistency;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.ContentReport;
import org.relevo.jmx.contract.ContentsMXBean;
import org.relevo.jmx.contract.RepairPlan;
import org.relevo.jmx.contract.RepairReport;
import org.relevo.jmx.contract.RowDifference;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.TrafficGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compares contents on all nodes, range by range of each table's key, without holding anybody: a
/// range whose sums are equal is equal. One whose sums differ is looked at again together with
/// others at a common point, since clients may have written in between; what differs there does
/// differ, and is looked at row by row.
///
/// No snapshot is kept between ranges, so that vacuum and replay are not held back, a stopped
/// comparison goes on where it was, and its length does not matter.
///
/// Owner: itself; any thread may call it, a comparison has a virtual thread of its own.
public final class ContentCheck implements ContentsMXBean, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContentCheck.class);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(15);
  private static final int MAX_ROWS = 1000;
  private static final int ATTEMPTS = 20;
  private static final long PAUSE_NANOS = 20_000_000;

  private final ClusterViews views;
  private final TrafficGate gate;
  private final ConsistencySettings settings;
  private final BiConsumer<String, String> events;
  private final Object lock = new Object();
  private volatile @Nullable ContentRun run;
  private volatile @Nullable RepairPlan plan;
  private @Nullable Thread worker;
  private long lastId;
  private boolean closed;

  /// @param gate of all services whose clients write, this one's and its peers'
  /// @param events takes an event's name and its text
  public ContentCheck(
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
  public ContentReport getReport() {
    ContentRun current = run;
    return current == null
        ? new ContentReport(
            0, ConsistencyState.NEVER, "", 0, 0, 0, 0, 0, "", 0, 0, 0, 0, 0, List.of(), "")
        : current.report();
  }

  @Override
  public long compare(String database, String tables, int pacePercent) {
    if (pacePercent < 1 || pacePercent > 100) {
      throw new IllegalArgumentException("pacePercent must be 1 to 100: " + pacePercent);
    }
    List<String> wanted = new ArrayList<>();
    for (String each : tables.split(",", -1)) {
      if (!each.isBlank()) {
        wanted.add(each.strip());
      }
    }
    synchronized (lock) {
      refuseBeside();
      ContentRun next =
          new ContentRun(
              ++lastId, database.isBlank() ? settings.database() : database, wanted, pacePercent);
      plan = null;
      start(next);
      return lastId;
    }
  }

  @Override
  public void stop() {
    ContentRun current = run;
    if (current != null) {
      current.stop();
    }
  }

  @Override
  public void resume() {
    synchronized (lock) {
      refuseBeside();
      ContentRun current = run;
      if (current == null || current.report().state() != ConsistencyState.FAILED) {
        throw new IllegalStateException("there is no comparison that was stopped or failed");
      }
      current.again();
      start(current);
    }
  }

  private void refuseBeside() {
    if (closed) {
      throw new IllegalStateException("the service is stopping");
    }
    ContentRun current = run;
    if (current != null && current.report().state() == ConsistencyState.RUNNING) {
      throw new IllegalStateException("comparison " + current.report().id() + " is running");
    }
  }

  private void start(ContentRun next) {
    run = next;
    worker = Thread.ofVirtual().name("contents-" + next.report().id()).start(() -> carryOut(next));
  }

  /// What passes by itself does not end a comparison of hours: it goes on where it was.
  private void walk(ContentRun now, ExecutorService executor)
      throws CheckFailure, SQLException, InterruptedException {
    long ranges = -1;
    int attempt = 0;
    while (true) {
      try {
        new ContentWalk(now, views.current(), gate, settings, executor).walk();
        return;
      } catch (CheckFailure | SQLException e) {
        attempt = now.report().ranges() > ranges ? 1 : attempt + 1;
        ranges = now.report().ranges();
        if (!passes(e) || attempt >= ATTEMPTS) {
          throw e;
        }
        LOG.info("contents.again id={} reason=\"{}\"", now.report().id(), e.getMessage());
        now.rest(PAUSE_NANOS);
      }
    }
  }

  /// A standby's query gave way to replay, or a connection was lost.
  private static boolean passes(Throwable e) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      boolean lost =
          each instanceof SQLException sql
              && String.valueOf(sql.getSQLState()).matches("40001|08...|57P0[123]");
      if (lost || String.valueOf(each.getMessage()).contains("conflict with recovery")) {
        return true;
      }
    }
    return false;
  }

  private void carryOut(ContentRun now) {
    ContentReport began = now.report();
    events.accept(
        "contents.started",
        "id=%d database=%s pacePercent=%d"
            .formatted(began.id(), began.database(), began.pacePercent()));
    try (ExecutorService executor =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("contents-node-", 0).factory())) {
      walk(now, executor);
      now.finish("");
    } catch (CheckFailure | SQLException e) {
      now.finish(String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " | "));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      now.finish("interrupted");
    } catch (RuntimeException e) {
      LOG.error("contents.broken id={}", began.id(), e);
      now.finish("unexpected failure: " + e);
    }
    ContentReport ended = now.report();
    events.accept(
        "contents.finished",
        "id=%d state=%s tables=%d rows=%d ranges=%d rechecked=%d differences=%d heldMs=%d%s"
            .formatted(
                ended.id(),
                ended.state(),
                ended.tablesDone(),
                ended.rowsCompared(),
                ended.ranges(),
                ended.rechecked(),
                ended.differences(),
                ended.heldMs(),
                ended.problem().isEmpty() ? "" : " problem=\"" + ended.problem() + "\""));
  }

  @Override
  public List<RowDifference> differences(int maxRows) {
    if (maxRows < 1 || maxRows > MAX_ROWS) {
      throw new IllegalArgumentException("maxRows must be 1 to " + MAX_ROWS + ": " + maxRows);
    }
    ContentRun current = run;
    return current == null
        ? List.of()
        : current.found().stream().limit(maxRows).map(ContentRun.Found::difference).toList();
  }

  @Override
  public RepairPlan plan(int referenceNodeId) {
    RepairPlan made = repairs().plan(referenceNodeId);
    plan = made;
    return made;
  }

  @Override
  public RepairReport repair(String planId) {
    RepairPlan last = plan;
    if (last == null || planId.isEmpty() || !last.id().equals(planId)) {
      throw new IllegalStateException("plan '" + planId + "' is not the one that was shown last");
    }
    synchronized (lock) {
      refuseBeside();
      plan = null;
      RepairReport report = repairs().apply(last);
      events.accept(
          "contents.repaired",
          "plan=%s statements=%d of=%d heldMs=%d%s"
              .formatted(
                  planId,
                  report.applied(),
                  last.steps().size(),
                  report.heldMs(),
                  report.problem().isEmpty() ? "" : " problem=\"" + report.problem() + "\""));
      return report;
    }
  }

  private ContentRepair repairs() {
    ContentRun current = run;
    if (current == null || current.report().state() == ConsistencyState.RUNNING) {
      throw new IllegalStateException("there is no finished comparison");
    }
    return new ContentRepair(current, views.current(), gate, settings);
  }

  /// Stops a running comparison.
  @Override
  public void close() {
    Thread running;
    synchronized (lock) {
      closed = true;
      running = worker;
    }
    stop();
    try {
      if (running != null && !running.join(CLOSE_WAIT)) {
        LOG.warn("contents.stopping waitedMs={}", CLOSE_WAIT.toMillis());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
