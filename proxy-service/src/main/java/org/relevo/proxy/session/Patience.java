package org.relevo.proxy.session;

import java.util.function.Consumer;
import org.relevo.proxy.server.Deadline;

/// A session that holds one node must not wait long for another, which may be held by a session
/// that waits for this one: only the primary is worth it.
///
/// Owner: event loop of the session.
final class Patience {
  private static final long LIMIT_MS = 500;

  private final Leases leases;
  private final Deadline limit;
  private final Consumer<Lease> whenOver;

  /// @param whenOver gets the lease that has left its queue
  Patience(Session session, Leases leases, Consumer<Lease> whenOver) {
    this.leases = leases;
    this.limit = new Deadline(session.loop());
    this.whenOver = whenOver;
  }

  /// The current lease stands in a queue.
  void queued() {
    if (holdsAnother(leases.current()) && !limit.running()) {
      limit.start(LIMIT_MS, this::over);
    }
  }

  private void over() {
    limit.stop();
    Lease waiting = leases.current();
    if (holdsAnother(waiting) && waiting.leaveQueue()) {
      whenOver.accept(waiting);
    }
  }

  private boolean holdsAnother(Lease waiting) {
    return waiting.node() != null && leases.any(lease -> lease != waiting && lease.occupied());
  }

  void end() {
    limit.stop();
  }
}
