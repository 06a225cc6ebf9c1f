package org.relevo.proxy.session;

import java.util.concurrent.atomic.AtomicLong;
import org.relevo.proxy.console.StatTotals;

/// One database's clients on one event loop: what they have done, and whether they may go on.
///
/// Owner: the event loop; anybody may read the counters.
final class DatabaseTraffic {
  final AtomicLong assignments = new AtomicLong();
  final AtomicLong transactions = new AtomicLong();
  final AtomicLong queries = new AtomicLong();
  final AtomicLong received = new AtomicLong();
  final AtomicLong sent = new AtomicLong();
  final AtomicLong transactionNs = new AtomicLong();
  final AtomicLong queryNs = new AtomicLong();
  final AtomicLong waitNs = new AtomicLong();
  final AtomicLong clientParses = new AtomicLong();
  final AtomicLong serverParses = new AtomicLong();
  final AtomicLong binds = new AtomicLong();
  final AtomicLong hits = new AtomicLong();
  final AtomicLong evictions = new AtomicLong();

  private boolean paused;
  private int sessions;

  /// A plain field: the only thing that a new transaction asks about the rules.
  boolean paused() {
    return paused;
  }

  void paused(boolean now) {
    paused = now;
  }

  void entered() {
    sessions++;
  }

  void left() {
    sessions--;
  }

  /// Whether nothing is lost when it is forgotten: names come from clients.
  boolean idle() {
    return sessions == 0 && assignments.getPlain() == 0;
  }

  /// From any thread.
  StatTotals totals() {
    return new StatTotals(
        assignments.getOpaque(),
        transactions.getOpaque(),
        queries.getOpaque(),
        received.getOpaque(),
        sent.getOpaque(),
        transactionNs.getOpaque() / 1000,
        queryNs.getOpaque() / 1000,
        waitNs.getOpaque() / 1000,
        clientParses.getOpaque(),
        serverParses.getOpaque(),
        binds.getOpaque());
  }
}
