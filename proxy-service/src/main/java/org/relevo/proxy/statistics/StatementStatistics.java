package org.relevo.proxy.statistics;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.StatementClass;

/// Statements that one event loop has sent to servers, by shape, database and user. Nothing is
/// allocated for a statement whose entry exists.
///
/// Owner: [#entry] is for its event loop alone; all else is thread-safe.
public final class StatementStatistics {
  private final AtomicReference<StatementTable> table =
      new AtomicReference<>(StatementTable.empty(0));
  private final ShapeText shapes = new ShapeText();
  private volatile int capacity;

  /// Most entries; more are dropped when the next new one comes. 0: nothing is counted.
  public void limit(int most) {
    capacity = most;
    if (most == 0) {
      reset();
    }
  }

  /// What a statement is counted in. On the event loop.
  ///
  /// @param text of the statement, not kept; ends at a zero byte or at the length
  /// @return null when nothing is counted
  public @Nullable StatementEntry entry(
      StatementClass facts,
      String database,
      String user,
      byte[] text,
      int length,
      boolean standardStrings) {
    int most = capacity;
    if (most == 0) {
      return null;
    }
    long fingerprint = facts.parsed() ? facts.fingerprint() : 0;
    StatementTable now = table.getAcquire();
    StatementEntry known = now.find(fingerprint, database, user);
    if (known != null) {
      return known;
    }
    if (now.full() || now.capacity() != most) {
      StatementTable next = now.next(most);
      // Another thread may have put an empty one there: then that counts.
      now = table.compareAndSet(now, next) ? next : StatementTable.empty(most);
      table.set(now);
    }
    String shape = facts.parsed() ? shapes.of(text, length, standardStrings) : ShapeText.UNKNOWN;
    StatementEntry made = new StatementEntry(fingerprint, database, user, shape);
    now.add(made);
    return made;
  }

  /// Forgets everything.
  public void reset() {
    table.set(StatementTable.empty(0));
  }

  int capacity() {
    return capacity;
  }

  long dropped() {
    return table.getAcquire().dropped();
  }

  List<StatementEntry> entries() {
    return table.getAcquire().entries();
  }
}
