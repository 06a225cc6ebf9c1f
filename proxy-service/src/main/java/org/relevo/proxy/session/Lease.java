package org.relevo.proxy.session;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.pool.PoolShard;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.BackendError;

/// How a session comes by a connection to one node and gives it back. Owner: the session's loop.
///
/// ```
/// NONE -> (queue) -> PREPARING (settings differ) -> HELD -> RETURNING (what changed?) -> NONE
/// ```
final class Lease {
  private enum State {
    NONE,
    PREPARING,
    HELD,
    RETURNING,
    ENDED
  }

  private final Leases leases;
  private final Session session;
  private final @Nullable BackendId node;
  private final SessionVars vars;
  private final Holder holder;
  private final LeaseQueue queue;
  private final LeaseBlock block = new LeaseBlock(this);
  private final LeaseSurvey survey;
  private State state = State.NONE;
  private @Nullable ServerConnection server;
  private int cancelling;

  /// @param node null for the primary, whichever that is when a connection is needed
  Lease(Leases leases, @Nullable BackendId node) {
    this.leases = leases;
    this.session = leases.session();
    this.node = node;
    this.vars = leases.vars();
    this.holder = new Holder(leases, this);
    this.queue = new LeaseQueue(session, this);
    this.survey = new LeaseSurvey(session, this, vars);
  }

  @Nullable BackendId node() {
    return node;
  }

  /// The connection, when it may be used.
  @Nullable ServerConnection held() {
    return state == State.HELD ? server : null;
  }

  /// The connection, whatever it is used for.
  @Nullable ServerConnection connection() {
    return server;
  }

  boolean queued() {
    return queue.waiting();
  }

  long queuedAtNs() {
    return queue.sinceNs();
  }

  /// Whether a server connection is being used by this session.
  boolean occupied() {
    return state == State.PREPARING || state == State.HELD || state == State.RETURNING;
  }

  // ------------------------------------------------------------------ coming

  /// Gets a connection if there is none; what follows may come later.
  ///
  /// @return the connection when it may be used now
  @Nullable ServerConnection acquire() {
    if (state != State.NONE || queue.waiting()) {
      return held();
    }
    if (session.paused() && !leases.inTransaction()) {
      return null;
    }
    if (node == null && session.hub().fenced()) {
      return null;
    }
    ServerConnection given = queue.ask();
    if (given == null) {
      return null;
    }
    take(given);
    return held();
  }

  void granted(ServerConnection connection) {
    take(connection);
    if (state == State.HELD) {
      session.served();
    }
  }

  /// @return whether it stood in one
  boolean leaveQueue() {
    return queue.leave();
  }

  private void take(ServerConnection connection) {
    server = connection;
    session.presence().assigned();
    connection.lend(holder);
    VarSet given = connection.applied();
    VarSet wanted = vars.wanted();
    if (given == null) {
      state = State.PREPARING;
      connection.spoil();
      session.unserved(
          BackendError.of("FATAL", "XX000", "a server connection of unknown state was given out"));
    } else if (given.equals(wanted)) {
      connection.applied(wanted);
      hold(connection);
    } else {
      state = State.PREPARING;
      connection.applied(null);
      Replay.settings(connection, given, wanted, problem -> prepared(connection, problem));
    }
  }

  /// The settings have been put on, or have been refused.
  void prepared(ServerConnection connection, Optional<BackendError> problem) {
    if (state != State.PREPARING) {
      ServerReset.giveTo(queue.pool(), connection, false); // the session has ended meanwhile
      return;
    }
    if (problem.isPresent()) {
      connection.spoil();
      if (node == null) {
        session.unserved(problem.get());
      } else {
        giveBack(connection, false);
        session.leases().unreachable(this);
      }
      return;
    }
    connection.applied(vars.wanted());
    hold(connection);
    session.served();
  }

  private void hold(ServerConnection connection) {
    state = State.HELD;
    VarSet reported = connection.reported();
    if (!session.relay().output().isTold(reported)) {
      VarSet one = session.shard().intern(reported);
      connection.reportedAs(one);
      session.told(one);
    }
  }

  /// The queue it stands in may not be the right one any more.
  void viewChanged() {
    if (leaveQueue()) {
      session.served();
    }
  }

  // ------------------------------------------------------------------ use

  Holder holder() {
    return holder;
  }

  LeaseBlock block() {
    return block;
  }

  LeaseSurvey survey() {
    return survey;
  }

  /// The server is about to be asked what the session has become.
  ///
  /// @return null when it is not the time for it
  @Nullable ServerConnection ask() {
    ServerConnection now = held();
    if (now != null) {
      state = State.RETURNING;
    }
    return now;
  }

  /// From here on the service talks to the server, until [#unlock].
  ServerConnection lock() {
    ServerConnection now = Objects.requireNonNull(held(), "nobody to talk to");
    state = State.PREPARING;
    return now;
  }

  /// @return false when the session has ended meanwhile
  boolean unlock(ServerConnection now) {
    if (state != State.PREPARING) {
      ServerReset.giveTo(queue.pool(), now, false);
      return false;
    }
    state = State.HELD;
    return true;
  }

  /// What the node had begun has been taken back.
  void freed(ServerConnection now, @Nullable BackendError problem) {
    if (problem == null) {
      spare();
    } else if (node == null && leases.kept()) {
      session.unserved(problem);
    } else {
      giveBack(now, false);
    }
    session.served();
  }

  void spare() {
    if (!leases.kept()) {
      giveUp();
    }
  }

  /// Gives a connection back that is at rest.
  void giveUp() {
    ServerConnection now = server;
    if (now == null) {
      var _ = leaveQueue();
    } else if (atRest()) {
      var _ = rest(now);
    }
  }

  /// Whether it has a connection that nobody waits for, outside a transaction.
  boolean atRest() {
    return state == State.HELD && server != null && server.atRest();
  }

  // ------------------------------------------------------------------ going

  /// Everything is answered and nothing is half passed on: gives the connection back where the mode
  /// says so.
  ///
  /// @return whether the session may go on at once
  boolean rest() {
    ServerConnection now = server;
    if (now == null || state != State.HELD) {
      return true;
    }
    if (now.outstanding().status() == 'I') {
      block.told(0);
      if (vars.takeRolesChanged()) {
        session.hub().rolesChanged();
      }
    }
    if (leases.kept()) {
      return true;
    }
    if (now.outstanding().status() != 'I') {
      if (leases.settings().mode() == PoolMode.STATEMENT) {
        session.fail(Refusals.transactionInStatementMode());
      }
      return true;
    }
    return rest(now);
  }

  private boolean rest(ServerConnection now) {
    if (cancelling > 0) {
      state = State.RETURNING;
      return false;
    }
    return release(now);
  }

  private boolean release(ServerConnection now) {
    vars.definitionsSettled();
    if (vars.dirty() && leases.current() == this) {
      state = State.RETURNING;
      survey.run(now);
      return false;
    }
    if (leases.settings().resetAlways()) {
      state = State.RETURNING;
      ServerReset.run(now, leases.settings().resetQueries(), clean -> returned(now, clean));
      return false;
    }
    giveBack(now, true);
    return true;
  }

  /// @return false when the session has ended meanwhile
  boolean returning(ServerConnection now) {
    if (state != State.RETURNING) {
      ServerReset.giveTo(queue.pool(), now, false);
      return false;
    }
    return true;
  }

  void returned(ServerConnection now, boolean clean) {
    if (now != server || state != State.RETURNING) {
      return;
    }
    if (leases.kept() && clean) {
      state = State.HELD;
    } else {
      giveBack(now, clean);
    }
    session.served();
  }

  private void giveBack(ServerConnection now, boolean clean) {
    server = null;
    block.told(0);
    state = State.NONE;
    now.takeBack();
    ServerReset.giveTo(queue.pool(), now, clean);
  }

  /// A cancel request for this session's statement is on its way: until it has arrived, the
  /// connection is given to nobody else.
  void cancelBegins() {
    cancelling++;
  }

  void cancelEnds() {
    cancelling--;
    ServerConnection now = server;
    if (cancelling == 0 && now != null && state == State.RETURNING && !now.conversing()) {
      state = State.HELD;
      if (release(now)) {
        session.served();
      }
    }
  }

  /// The connection is gone.
  void lost() {
    vars.definitionsSettled();
    block.told(0);
    server = null;
    if (state != State.ENDED) {
      state = State.NONE;
    }
  }

  /// The session has been given another connection than the pool's own choice.
  void replace(PoolShard<ServerConnection> from, ServerConnection next) {
    ServerConnection old = server;
    PoolShard<ServerConnection> oldPool = queue.pool();
    server = next;
    queue.pool(from);
    state = State.HELD;
    if (old != null) {
      old.takeBack();
      ServerReset.giveTo(oldPool, old, false);
    }
  }

  /// The session ends: the connection goes back clean, or is closed.
  void end() {
    State before = state;
    state = State.ENDED;
    vars.definitionsSettled();
    var _ = queue.leave();
    ServerConnection now = server;
    server = null;
    if (now == null) {
      return;
    }
    boolean calm =
        before == State.HELD
            && now.isOpen()
            && cancelling == 0
            && now.outstanding().answeredAll()
            && now.betweenMessages()
            && session.relay().input().atMessageStart();
    now.takeBack();
    if (!calm) {
      ServerReset.giveTo(queue.pool(), now, false);
      return;
    }
    PoolShard<ServerConnection> to = queue.pool();
    ServerReset.run(
        now, leases.settings().resetQueries(), clean -> ServerReset.giveTo(to, now, clean));
  }
}
