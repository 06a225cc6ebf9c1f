package org.relevo.proxy.session;

import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.server.Deadline;
import org.relevo.proxy.wire.BackendError;

/// Where the members of a cluster replace a lost primary, clients that need it do not fail because
/// it cannot be reached: they ask again until there is another, at most `primary_wait_timeout`.
///
/// Owner: event loop of the session.
final class Replacement {
  private static final long AGAIN_MS = 50;

  private final Session session;
  private final Deadline again;
  private long sinceNs;
  private boolean waiting;

  Replacement(Session session) {
    this.session = session;
    this.again = new Deadline(session.loop());
  }

  /// @return whether the session waits; otherwise the error is the client's
  boolean awaited(BackendError error) {
    if (!session.hub().primariesReplaced() || !away(error)) {
      return false;
    }
    if (!waiting) {
      waiting = true;
      sinceNs = System.nanoTime();
    } else if (System.nanoTime() - sinceNs
        >= session.hub().settings().primaryWaitTimeout().toNanos()) {
      waiting = false;
      return false;
    }
    again.start(AGAIN_MS, session::served);
    return true;
  }

  /// A connection was had.
  void over() {
    waiting = false;
    again.stop();
  }

  private static boolean away(BackendError error) {
    String state = error.sqlState();
    return state.startsWith("08") || state.equals(SqlState.CANNOT_CONNECT_NOW.code());
  }
}
