package org.relevo.proxy.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.pool.PoolSettings;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.BackendError;

/// The server connections of one session: one for the primary (home), one for each other node that
/// it was sent to (away). Bytes flow through the current one; the others are parked, and nothing is
/// unanswered there.
///
/// Owner: event loop of the session.
final class Leases {
  private final Session session;
  private final PoolSettings settings;
  private final SessionVars vars;
  private final Lease home;
  private final List<Lease> away = new ArrayList<>(0);
  private Lease current;
  private boolean anchored;

  Leases(Session session, PoolSettings settings, VarSet startup) {
    this.session = session;
    this.settings = settings;
    this.vars = new SessionVars(startup, session.hub().schema(), session.startup().database());
    this.home = new Lease(this, null);
    this.current = home;
  }

  Session session() {
    return session;
  }

  PoolSettings settings() {
    return settings;
  }

  /// Whether a connection is kept from transaction to transaction.
  boolean kept() {
    return settings.mode() == PoolMode.SESSION;
  }

  SessionVars vars() {
    return vars;
  }

  /// Why a text with these traits cannot be served; empty when it can.
  Optional<Refusal> refusal(int traits) {
    if (traits == 0) {
      return Optional.empty();
    }
    Optional<Refusal> found = Refusals.of(traits, kept() ? PoolMode.TRANSACTION : settings.mode());
    anchored |= found.isPresent();
    return kept() ? Optional.empty() : found;
  }

  /// Whether the session may have something that only its server has.
  boolean anchored() {
    return anchored && kept();
  }

  boolean standardStrings() {
    ServerConnection now = current.connection();
    return now == null || now.reported().standardStrings();
  }

  Lease home() {
    return home;
  }

  /// The statement at the front waits no longer, for a connection or for a standby.
  ///
  /// @return whether it did
  boolean leaveQueue() {
    RouteDesk routes = session.routes();
    return current.leaveQueue() || (routes != null && routes.leavesWait());
  }

  /// The one that bytes flow through.
  Lease current() {
    return current;
  }

  /// The lease on a node; one that has no connection yet when it is new.
  Lease on(BackendId node) {
    ServerConnection server = home.connection();
    BackendId primary =
        server != null
            ? server.node().id()
            : session.hub().views().current().primary().orElse(null);
    if (node.equals(primary)) {
      return home;
    }
    for (Lease lease : away) {
      if (node.equals(lease.node())) {
        return lease;
      }
    }
    Lease made = new Lease(this, node);
    away.add(made);
    return made;
  }

  /// Everything that was sent to the current one is answered.
  void switchTo(Lease next) {
    if (next != current) {
      current = next;
      switched(next);
    }
  }

  /// The client is told what the current one reports.
  void switched(Lease lease) {
    ServerConnection server = lease.held();
    if (server != null && lease == current) {
      session.told(server.reported());
    }
  }

  /// The current one if it takes part in a transaction, else another that does, else home.
  Lease inUse() {
    if (current.block().open()) {
      return current;
    }
    for (Lease lease : away) {
      if (lease.block().open()) {
        return lease;
      }
    }
    return home;
  }

  /// Whether any of them takes part in a transaction.
  boolean inBlock() {
    return any(lease -> lease.block().open());
  }

  /// The same, of a session that is routed.
  boolean inTransaction() {
    return session.routes() != null && inBlock();
  }

  boolean any(Predicate<Lease> test) {
    boolean found = test.test(home);
    for (int i = 0; i < away.size() && !found; i++) {
      found = test.test(away.get(i));
    }
    return found;
  }

  /// Takes back what the others have begun, but for those that must stay.
  void endBlocksBut(@Nullable Lease kept, Predicate<Lease> stays) {
    for (int i = 0; i < away.size(); i++) {
      Lease lease = away.get(i);
      if (lease != kept && !stays.test(lease)) {
        lease.block().end();
      }
    }
    if (home != kept && !stays.test(home)) {
      home.block().end();
    }
  }

  /// Everything is answered and nothing is half passed on.
  ///
  /// @return whether the session may go on at once
  boolean rest() {
    ServerConnection now = current.held();
    if (now != null && now.outstanding().status() == 'I' && !away.isEmpty()) {
      endBlocksBut(current, _ -> false);
      Lease done = current;
      boolean free = done.rest();
      if (!kept() && done.connection() == null) {
        current = home;
      }
      return free;
    }
    return current.rest();
  }

  /// Back to the primary's connection alone, where that can be done at once.
  void goHome() {
    if (away.isEmpty()) {
      return;
    }
    if (current != home) {
      if (!current.survey().settled() || (current.occupied() && !current.atRest())) {
        return; // asked again when that is over
      }
      switchTo(home);
    }
    for (Lease lease : away) {
      if (lease != current) {
        lease.giveUp();
      }
    }
  }

  /// A connection to another node than the primary cannot be had.
  void unreachable(Lease lease) {
    RouteDesk routes = session.routes();
    if (routes != null && !session.closed()) {
      routes.unreachable(lease);
      session.relay().drip();
      session.relay().flushServer();
    }
  }

  /// A parked connection is gone.
  void parkedLost(Lease lease) {
    ServerConnection server = lease.connection();
    boolean tookPart = lease.block().open();
    lease.lost();
    RouteDesk routes = session.routes();
    boolean matters = lease == home || (routes != null && routes.block().needs(lease));
    if (matters && (server == null || !session.relay().survivesParked(server, tookPart))) {
      session.fail(
          BackendError.fatal(
              SqlState.CONNECTION_FAILURE, "a server closed its connection of this session"));
    }
  }

  /// Loses what leads to a primary that nothing may be passed to, and tells the client: the current
  /// connection, and the one at home, where the next statement may go.
  void fence() {
    ServerConnection used = current.connection();
    ServerConnection parked = current == home ? null : home.connection();
    if (used != null) {
      var _ = used.fenced();
    }
    if (parked != null) {
      var _ = parked.fenced();
    }
  }

  /// The primary cannot be had. A read whose standby has died may be repeated: that was no fault of
  /// the primary's, and the session has lost nothing.
  void unserved(BackendError error) {
    RouteDesk routes = session.routes();
    if (routes != null && routes.second().takePending()) {
      session.dequeued(
          BackendError.of(
                  "ERROR",
                  SqlState.SERIALIZATION_FAILURE.code(),
                  "the standby of this read was lost, and the primary cannot be reached: "
                      + error.message())
              .withHint("The read may be repeated."));
    } else {
      session.unserved(error);
    }
  }

  boolean occupied() {
    return any(Lease::occupied);
  }

  void end() {
    List.copyOf(away).forEach(Lease::end);
    home.end();
  }
}
