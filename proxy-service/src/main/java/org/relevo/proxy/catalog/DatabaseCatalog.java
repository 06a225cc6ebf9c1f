package org.relevo.proxy.catalog;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.CatalogState;
import org.relevo.jmx.contract.CatalogStatus;
import org.relevo.proxy.sql.QualifiedName;

/// One database's newest snapshot and whether it may be believed.
///
/// ```
///            changing                  changed, then a look
/// EMPTY ──> FILLED ──────────> STALE ──────────────────────> FILLED
/// ```
///
/// Owner: thread-safe. Event loops read the volatile fields; the rest is guarded by this, for a few
/// instructions at a time. [CatalogWorker] publishes.
final class DatabaseCatalog {
  private final String name;
  private final TableQuestions tables = new TableQuestions();
  private volatile @Nullable Snapshot valid;
  private volatile @Nullable Snapshot last;
  private volatile boolean used = true;
  private volatile boolean retired;

  // Guarded by this.
  private long version;
  private long verified;
  private int underway;
  private boolean refresh;
  private boolean look;
  private CatalogStatus status;
  private long looks;
  private final Suspicions suspicions = new Suspicions();

  DatabaseCatalog(String name) {
    this.name = name;
    this.status = CatalogStatus.empty(name);
  }

  String name() {
    return name;
  }

  /// What holds at this moment; null while there is nothing that does. For event loops.
  @Nullable Snapshot valid() {
    if (!used) {
      used = true;
    }
    return valid;
  }

  /// What held once. Only what it tells of the system's own schemas is to be believed.
  @Nullable Snapshot last() {
    return last;
  }

  /// Whether it was forgotten: another one is to be asked for.
  boolean retired() {
    return retired;
  }

  /// From now until [#changed] definitions may change at any moment.
  ///
  /// @return false when this was forgotten and another one is to be told
  synchronized boolean changing() {
    if (retired) {
      return false;
    }
    underway++;
    valid = null;
    return true;
  }

  /// The change is in force, or was given up.
  synchronized void changed() {
    version++;
    underway = Math.max(0, underway - 1);
    valid = null;
    notifyAll();
  }

  /// Whether what may change definitions is to be taken for a change: [#changing] is to be called.
  ///
  /// @param what it is called
  /// @param known what says that it may
  synchronized boolean suspects(String what, Snapshot known) {
    return suspicions.raised(what, known, looks);
  }

  /// Looks soon, without believing less until then.
  synchronized void lookSoon() {
    look = true;
    notifyAll();
  }

  /// Reads everything anew, whatever the fingerprint.
  synchronized void refresh() {
    refresh = true;
    notifyAll();
  }

  /// Facts of a table; answered after the next look.
  ///
  /// @param table with its schema
  CompletionStage<Optional<TableFacts>> table(QualifiedName table) {
    CompletionStage<Optional<TableFacts>> answer = tables.ask(table);
    used = true;
    synchronized (this) {
      notifyAll();
    }
    if (retired) {
      tables.fail(new RejectedExecutionException("the catalog was closed"));
    }
    return answer;
  }

  TableQuestions tables() {
    return tables;
  }

  /// Waits until there is something to do.
  ///
  /// @param leastMs even when there is
  /// @param mostMs even when there is not
  synchronized void awaitWork(long leastMs, long mostMs) throws InterruptedException {
    long now = System.nanoTime();
    long least = now + leastMs * 1_000_000;
    long most = now + mostMs * 1_000_000;
    while (true) {
      now = System.nanoTime();
      boolean asked =
          refresh || look || tables.waiting() || (last != null && valid == null && outdated());
      long until = asked ? Math.min(least, most) : most;
      if (retired || until - now <= 0) {
        return;
      }
      wait(Math.max(1, (until - now) / 1_000_000));
    }
  }

  private boolean outdated() {
    return underway == 0 && verified != version;
  }

  /// What is asked of the next look.
  ///
  /// @param version that what is read now will be of
  record Task(long version, boolean refresh) {}

  synchronized Task begin() {
    Task task = new Task(version, refresh);
    refresh = false;
    look = false;
    return task;
  }

  /// @param primary whether it was read where changes are made
  /// @return whether it may be believed
  synchronized boolean publish(Snapshot snapshot, Task task, boolean primary, CatalogStatus now) {
    last = snapshot;
    status = now;
    looks++;
    if (primary) {
      verified = task.version();
    }
    boolean holds = underway == 0 && version == task.version() && version == verified;
    valid = holds ? snapshot : null;
    return holds;
  }

  /// There is nothing to be believed until the next success.
  synchronized void doubt(CatalogStatus now) {
    valid = null;
    status = now;
  }

  /// The database does not fit.
  synchronized void empty(CatalogStatus now) {
    valid = null;
    last = null;
    status = now;
  }

  synchronized void failed(CatalogStatus now) {
    status = now;
  }

  /// Whether somebody has asked since the last call.
  boolean takeUsed() {
    boolean was = used;
    used = false;
    return was;
  }

  /// @return false when a change is under way, which would be forgotten with this
  synchronized boolean retireIdle() {
    if (underway > 0) {
      return false;
    }
    retire();
    return true;
  }

  synchronized void retire() {
    retired = true;
    valid = null;
    last = null;
    notifyAll();
  }

  synchronized CatalogStatus status() {
    boolean stale = last != null && valid == null;
    return status.state() == CatalogState.FILLED && stale ? status.in(CatalogState.STALE) : status;
  }
}
