package org.relevo.proxy.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.Tags;

/// One query string or one batch at the front of a client's input: what it holds, and where it
/// goes.
///
/// Owner: event loop of the session.
final class RoutePlan {
  /// @param facts of its text; null for a portal of before
  /// @param runs false when it is only prepared or described
  /// @param place where it must run, as the portal is there
  record Item(@Nullable StatementClass facts, boolean runs, @Nullable Lease place) {}

  /// Whether it is a query string.
  final boolean query;

  final List<Item> items = new ArrayList<>(2);

  /// Named portals that it opens.
  final List<String> portals = new ArrayList<>(0);

  /// Whether all of it has been looked at.
  boolean complete = true;

  /// Whether the service knows how to answer it, if it knows its statement.
  boolean plain = true;

  /// Whether it is nothing but a Sync.
  boolean alone;

  /// Whether it may begin a transaction by ending one.
  boolean chains;

  /// Execute messages in it.
  int executes;

  /// Length of its messages when all are there, else 0.
  int bytes;

  /// Whether it was at a standby that died.
  boolean again;

  /// Runs something that may not be said of its texts: a function call, or what was not looked at.
  boolean blind;

  /// What it does with the session's token, until that has been done.
  @Nullable TokenText token;

  /// The token that it shows, until the server has been told.
  @Nullable String shown;

  /// Why the service itself fails it.
  @Nullable BackendError problem;

  /// Until when it may wait for a standby, [System#nanoTime]; 0 before it is late.
  long lateUntilNs;

  /// Whether a server was asked to wait, and what it is to be asked with.
  boolean waitedThere;

  byte @Nullable [] waitsBy;

  // The decision.
  @Nullable Lease target;
  boolean held;
  boolean begins;
  boolean ends;
  boolean othersEnded;
  boolean opaque;
  boolean wrote;

  /// Whether it is for the primary only because no standby has replayed enough.
  boolean late;

  boolean runsSomething;

  RoutePlan(boolean query) {
    this.query = query;
  }

  /// Whether a message may be the first of one.
  static boolean of(byte tag) {
    return switch (tag) {
      case Tags.QUERY,
          Tags.FUNCTION_CALL,
          Tags.PARSE,
          Tags.BIND,
          Tags.DESCRIBE,
          Tags.EXECUTE,
          Tags.CLOSE,
          Tags.FLUSH,
          Tags.SYNC ->
          true;
      default -> false;
    };
  }

  static RoutePlan blind(boolean query) {
    RoutePlan plan = new RoutePlan(query);
    plan.complete = false;
    plan.plain = false;
    plan.blind = true;
    return plan;
  }
}
