package org.relevo.proxy.statistics;

import java.util.concurrent.atomic.AtomicLongArray;
import org.relevo.proxy.core.BackendId;

/// Statements of one shape, database and user on one event loop. Adding is plain reads and ordered
/// writes; a reader may see a call without its rows.
///
/// Owner: written by its event loop alone; anybody may read.
public final class StatementEntry {
  // Places of `figures`.
  static final int CALLS = 0;
  static final int ERRORS = 1;
  static final int ROWS = 2;
  static final int NS = 3;
  static final int MAX_NS = 4;
  private static final int FIGURES = 5;

  final long fingerprint;
  final String database;
  final String user;
  final String text;
  final AtomicLongArray figures = new AtomicLongArray(FIGURES);
  final Latencies latencies = new Latencies();

  /// Calls that count for staying in the table: old ones count less.
  double usage;

  /// Calls and nanoseconds of each node, by its number.
  private volatile AtomicLongArray nodes = new AtomicLongArray(4);

  StatementEntry(long fingerprint, String database, String user, String text) {
    this.fingerprint = fingerprint;
    this.database = database;
    this.user = user;
    this.text = text;
  }

  boolean is(long otherFingerprint, String otherDatabase, String otherUser) {
    return fingerprint == otherFingerprint
        && user.equals(otherUser)
        && database.equals(otherDatabase);
  }

  /// One has been answered. On the event loop.
  ///
  /// @param ns nanoseconds
  public void answered(BackendId node, long ns, long rows, boolean failed) {
    usage++;
    add(figures, CALLS, 1);
    if (failed) {
      add(figures, ERRORS, 1);
    }
    if (rows > 0) {
      add(figures, ROWS, rows);
    }
    add(figures, NS, ns);
    if (ns > figures.getPlain(MAX_NS)) {
      figures.setRelease(MAX_NS, ns);
    }
    latencies.add(ns / 1000);
    AtomicLongArray byNode = nodes(node);
    add(byNode, 2 * node.value(), 1);
    add(byNode, 2 * node.value() + 1, ns);
  }

  private AtomicLongArray nodes(BackendId node) {
    AtomicLongArray now = nodes;
    if (2 * node.value() + 1 < now.length()) {
      return now;
    }
    AtomicLongArray more = new AtomicLongArray(2 * node.value() + 2);
    for (int i = 0; i < now.length(); i++) {
      more.setPlain(i, now.getPlain(i));
    }
    nodes = more;
    return more;
  }

  AtomicLongArray nodes() {
    return nodes;
  }

  private static void add(AtomicLongArray to, int place, long amount) {
    to.setRelease(place, to.getPlain(place) + amount);
  }
}
