package org.relevo.proxy.catalog;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.CatalogState;
import org.relevo.jmx.contract.CatalogStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fills one [DatabaseCatalog] and looks after it: every period, and soon after a change, it asks
/// for the fingerprint, and reads everything anew when that has changed.
///
/// Owner: its own virtual thread.
final class CatalogWorker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogWorker.class);

  /// After a look, at least this long and as long as the look took, up to the next, so that a storm
  /// of changes does not keep the server busy with looks.
  private static final long LEAST_PAUSE_MS = 10;

  private static final long MOST_PAUSE_MS = 100;

  private static final long RETRY_MS = 1000;

  /// Looks that may fail before what was read is not believed any more, and the least time of that.
  private static final int FAILED_LOOKS = 6;

  private static final Duration LEAST_DOUBT = Duration.ofMinutes(1);

  /// What workers share.
  ///
  /// @param loads that may be under way at once: they hold rows in memory
  /// @param retired told when nobody has asked for long
  record Shared(
      Source source,
      Supplier<CatalogSettings> settings,
      EntryBudget budget,
      Semaphore loads,
      Clock clock,
      Predicate<DatabaseCatalog> retired) {}

  private final DatabaseCatalog database;
  private final Shared shared;
  private Source.@Nullable Session session;
  private @Nullable String fingerprint;
  private CatalogStatus status;
  private boolean refreshDue;
  private boolean tooLarge;
  private boolean onStandby;
  private boolean failing;
  private List<String> unnamed = List.of();
  private long usedAtNs = System.nanoTime();
  private long goodAtNs = System.nanoTime();

  CatalogWorker(DatabaseCatalog database, Shared shared) {
    this.database = database;
    this.shared = shared;
    this.status = database.status();
  }

  @Override
  public void run() {
    try {
      while (!database.retired()) {
        long begunNs = System.nanoTime();
        look();
        long tookMs = (System.nanoTime() - begunNs) / 1_000_000;
        long pauseMs = Math.clamp(tookMs, LEAST_PAUSE_MS, MOST_PAUSE_MS);
        long leastMs = failing || onStandby ? RETRY_MS : pauseMs;
        long periodMs = shared.settings().get().checkPeriod().toMillis();
        database.awaitWork(leastMs, failing ? Math.min(periodMs, RETRY_MS) : periodMs);
        if (unused() && shared.retired().test(database)) {
          return;
        }
      }
    } catch (InterruptedException _) {
      // Closed: the loop is over.
    } finally {
      closeSession();
      shared.budget().release(database.name());
      database.tables().fail(new RejectedExecutionException("the catalog was closed"));
    }
  }

  private boolean unused() {
    if (database.takeUsed()) {
      usedAtNs = System.nanoTime();
      return false;
    }
    return System.nanoTime() - usedAtNs > shared.settings().get().idle().toNanos();
  }

  private void look() throws InterruptedException {
    database.tables().begin();
    DatabaseCatalog.Task task = database.begin();
    refreshDue |= task.refresh();
    try {
      Source.Session kept = session;
      if (kept != null && shared.source().moved(kept)) {
        closeSession();
        kept = null;
      }
      try {
        attempt(task);
      } catch (SQLException e) {
        if (kept == null) {
          throw e;
        }
        // The server may have been restarted since the last look.
        LOG.debug("catalog.reconnect database={} reason=\"{}\"", database.name(), oneLine(e));
        closeSession();
        attempt(task);
      }
      database.tables().answer(Objects.requireNonNull(session));
      goodAtNs = System.nanoTime();
      if (failing) {
        failing = false;
        LOG.info("catalog.readable database={}", database.name());
      }
    } catch (SQLException | RuntimeException e) {
      closeSession();
      database.tables().fail(e);
      failed(e);
    }
  }

  private void attempt(DatabaseCatalog.Task task) throws SQLException, InterruptedException {
    Source.Session asked = session;
    if (asked == null) {
      asked = shared.source().open(database.name());
      session = asked;
    }
    boolean primary = asked.primary();
    onStandby = !primary;
    Snapshot now = database.last();
    if (now != null && !refreshDue && asked.fingerprint().text().equals(fingerprint)) {
      status = checked(status, asked);
      publish(now, task, primary);
      return;
    }
    shared.loads().acquire();
    try {
      load(asked, task, primary);
    } finally {
      shared.loads().release();
    }
  }

  private void load(Source.Session asked, DatabaseCatalog.Task task, boolean primary)
      throws SQLException {
    long begunNs = System.nanoTime();
    CatalogReader.Loaded loaded = asked.load(shared.budget().room(database.name()));
    Rows rows = loaded.rows();
    int entries = loaded.fingerprint().entries();
    if (rows == null || !shared.budget().hold(database.name(), entries)) {
      tooLarge(asked, entries);
      return;
    }
    Snapshot snapshot = SnapshotBuilder.build(rows);
    long tookMs = (System.nanoTime() - begunNs) / 1_000_000;
    tooLarge = false;
    refreshDue = false;
    database.tables().forget();
    fingerprint = loaded.fingerprint().text();
    status = filled(asked, snapshot, tookMs);
    publish(snapshot, task, primary);
    LOG.debug(
        "catalog.filled database={} node={} entries={} ms={}",
        database.name(),
        asked.node(),
        entries,
        tookMs);
    if (!snapshot.unnamed().equals(unnamed)) {
      unnamed = snapshot.unnamed();
      if (unnamed.isEmpty()) {
        LOG.info("catalog.unnamed-reads database={}", database.name());
      } else {
        LOG.warn("catalog.unnamed-writes database={} what=\"{}\"", database.name(), unnamed);
      }
    }
  }

  private void publish(Snapshot snapshot, DatabaseCatalog.Task task, boolean primary) {
    boolean holds = database.publish(snapshot, task, primary, status);
    LOG.trace("catalog.published database={} holds={}", database.name(), holds);
  }

  private void tooLarge(Source.Session asked, int entries) {
    shared.budget().release(database.name());
    fingerprint = null;
    refreshDue = false;
    long now = shared.clock().millis();
    status =
        new CatalogStatus(
            database.name(),
            CatalogState.TOO_LARGE,
            asked.node().value(),
            -1,
            now,
            -1,
            0,
            0,
            0,
            0,
            List.of(),
            entries + " entries do not fit into catalog_max_entries");
    database.empty(status);
    if (!tooLarge) {
      tooLarge = true;
      LOG.warn(
          "catalog.too-large database={} entries={} limit={}",
          database.name(),
          entries,
          shared.settings().get().maxEntries());
    }
  }

  private CatalogStatus filled(Source.Session asked, Snapshot snapshot, long tookMs) {
    long now = shared.clock().millis();
    Snapshot.Figures figures = snapshot.figures();
    return new CatalogStatus(
        database.name(),
        CatalogState.FILLED,
        asked.node().value(),
        now,
        now,
        tookMs,
        figures.functions(),
        figures.operators(),
        figures.relations(),
        figures.bytes(),
        snapshot.unnamed(),
        "");
  }

  private CatalogStatus checked(CatalogStatus before, Source.Session asked) {
    return with(before, asked.node().value(), shared.clock().millis(), before.state(), "");
  }

  private static CatalogStatus with(
      CatalogStatus before, int node, long checkedAt, CatalogState state, String error) {
    return new CatalogStatus(
        before.database(),
        state,
        node,
        before.filledAtEpochMs(),
        checkedAt,
        before.fillMs(),
        before.functions(),
        before.operators(),
        before.relations(),
        before.bytes(),
        before.unnamed(),
        error);
  }

  private void failed(Exception problem) {
    CatalogState state =
        status.state() == CatalogState.EMPTY ? CatalogState.UNREADABLE : status.state();
    status = with(status, status.nodeId(), status.checkedAtEpochMs(), state, oneLine(problem));
    long periodNs = shared.settings().get().checkPeriod().toNanos();
    if (System.nanoTime() - goodAtNs > Math.max(LEAST_DOUBT.toNanos(), FAILED_LOOKS * periodNs)) {
      database.doubt(status);
    } else {
      database.failed(status);
    }
    if (!failing) {
      failing = true;
      LOG.warn("catalog.unreadable database={} reason=\"{}\"", database.name(), oneLine(problem));
    }
  }

  private void closeSession() {
    Source.Session open = session;
    session = null;
    if (open != null) {
      open.close();
    }
  }

  private static String oneLine(Exception e) {
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    return text.replace('\n', ' ').replace('"', '\'').strip();
  }
}
