package org.relevo.proxy.session;

import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.statistics.StatementEntry;

/// A statement on its way that is counted when it is answered. Used again and again: nothing may
/// keep one that was answered.
///
/// Owner: event loop of the session; between uses that loop's [StatementCount.Spare].
final class CountedNote implements Note {
  private @Nullable StatementCount count;
  private @Nullable StatementEntry entry;
  private @Nullable BackendId node;
  private @Nullable Note inner;
  private long sentNs;
  private long rows;
  private boolean failed;

  /// The next one of those that are not used.
  @Nullable CountedNote spare;

  /// @param other what else is on its way with the statement
  void begins(StatementCount by, StatementEntry in, BackendId at, @Nullable Note other, long ns) {
    count = by;
    entry = in;
    node = at;
    inner = other;
    sentNs = ns;
    rows = 0;
    failed = false;
  }

  void clear() {
    count = null;
    entry = null;
    node = null;
    inner = null;
  }

  long sentNs() {
    return sentNs;
  }

  /// @param sinceNs when the server could begin with it
  void answered(long sinceNs, long nowNs, boolean asFailed) {
    if (entry != null && node != null) {
      entry.answered(node, Math.max(0, nowNs - sinceNs), rows, asFailed || failed);
    }
  }

  @Override
  public boolean watches() {
    return inner == null;
  }

  @Override
  public boolean countsRows() {
    return true;
  }

  @Override
  public void completed(long affected) {
    rows += affected;
    if (inner != null) {
      inner.completed(affected);
    }
  }

  @Override
  public void failed() {
    failed = true;
    if (inner != null) {
      inner.failed();
    }
  }

  @Override
  public void skipped(ServerConnection connection) {
    if (inner != null) {
      inner.skipped(connection);
    }
    if (count != null) {
      count.skipped(this);
    }
  }

  @Override
  public void done(ServerConnection connection) {
    if (inner != null) {
      inner.done(connection);
    }
    if (count != null) {
      count.done(this);
    }
  }
}
