package org.relevo.proxy.session;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.pool.PoolSettings;
import org.relevo.proxy.pool.PoolShard;
import org.relevo.proxy.pool.Waiter;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.BackendError;

/// How a session comes by a server connection and gives it back.
///
/// ```
/// NONE -> QUEUED -> PREPARING (settings differ) -> HELD -> RETURNING (what changed?) -> NONE
/// ```
///
/// Owner: event loop of the session.
final class Lease implements Waiter<ServerConnection> {
  private enum State {
    NONE,
    QUEUED,
    PREPARING,
    HELD,
    RETURNING,
    ENDED
  }

  private final Session session;
  private final PoolSettings settings;
  private State state = State.NONE;
  private @Nullable PoolShard<ServerConnection> pool;
  private @Nullable ServerConnection server;
  private final SessionVars vars;
  private int cancelling;
  private long queuedAtNs;

  Lease(Session session, PoolSettings settings, VarSet startup) {
    this.session = session;
    this.settings = settings;
    this.vars = new SessionVars(startup, session.hub().schema());
  }

  PoolSettings settings() {
    return settings;
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
    return state == State.QUEUED;
  }

  long queuedAtNs() {
    return queuedAtNs;
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
    if (state != State.NONE) {
      return held();
    }
    if (session.paused()) {
      return null;
    }
    Optional<NodeView> primary = session.primary();
    if (primary.isEmpty()) {
      return null;
    }
    NodeView node = primary.get();
    PoolShard<ServerConnection> from =
        session.pool(
            new PoolKey(node.id(), session.startup().database(), session.startup().user()));
    pool = from;
    ServerConnection given = from.acquire(this);
    if (given == null) {
      state = State.QUEUED;
      queuedAtNs = System.nanoTime();
      LoopCounters.add(session.counters().waiting, 1);
      return null;
    }
    take(given);
    return held();
  }

  @Override
  public void granted(ServerConnection connection) {
    if (state != State.QUEUED) {
      connection.takeBack();
      ServerReset.giveTo(pool, connection, true);
      return;
    }
    LoopCounters.add(session.counters().waiting, -1);
    session.presence().waited(System.nanoTime() - queuedAtNs);
    state = State.NONE;
    take(connection);
    if (state == State.HELD) {
      session.served();
    }
  }

  @Override
  public void refused(BackendError error) {
    if (state == State.QUEUED) {
      LoopCounters.add(session.counters().waiting, -1);
      state = State.NONE;
      if (error.sqlState().equals(SqlState.TOO_MANY_CONNECTIONS.code())) {
        session.dequeued(error);
      } else {
        session.unserved(error);
      }
    }
  }

  @Override
  public void drained(BackendError error) {
    if (state == State.QUEUED) {
      LoopCounters.add(session.counters().waiting, -1);
      state = State.NONE;
      session.served(); // asks at the primary of now
    }
  }

  @Override
  public String label() {
    return "client " + session.presence().id() + " " + session.client().remoteAddress();
  }

  /// @return whether it stood in one
  boolean leaveQueue() {
    if (state != State.QUEUED || pool == null) {
      return false;
    }
    pool.withdraw(this);
    LoopCounters.add(session.counters().waiting, -1);
    state = State.NONE;
    return true;
  }

  private void take(ServerConnection connection) {
    server = connection;
    session.presence().assigned();
    connection.lend(session.relay());
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

  private void prepared(ServerConnection connection, Optional<BackendError> problem) {
    if (state != State.PREPARING) {
      ServerReset.giveTo(pool, connection, false); // the session has ended meanwhile
      return;
    }
    if (problem.isPresent()) {
      connection.spoil();
      session.unserved(problem.get());
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

  /// Why a text with these traits cannot be served; empty when it can.
  Optional<Refusal> refusal(int traits) {
    return settings.mode() == PoolMode.SESSION || traits == 0
        ? Optional.empty()
        : Refusals.of(traits, settings.mode());
  }

  SessionVars vars() {
    return vars;
  }

  boolean standardStrings() {
    ServerConnection now = server;
    return now == null || now.reported().standardStrings();
  }

  // ------------------------------------------------------------------ going

  /// Everything is answered and nothing is half passed on: gives the connection back where the mode
  /// says so.
  ///
  /// @return whether the session may go on at once
  boolean rest() {
    ServerConnection now = server;
    if (now == null || state != State.HELD || settings.mode() == PoolMode.SESSION) {
      return true;
    }
    if (now.outstanding().status() != 'I') {
      if (settings.mode() == PoolMode.STATEMENT) {
        session.fail(Refusals.transactionInStatementMode());
      }
      return true;
    }
    if (cancelling > 0) {
      state = State.RETURNING;
      return false;
    }
    return release(now);
  }

  private boolean release(ServerConnection now) {
    vars.definitionsSettled();
    if (vars.takeRolesChanged()) {
      session.hub().rolesChanged();
    }
    if (vars.dirty()) {
      state = State.RETURNING;
      survey(now);
      return false;
    }
    if (settings.resetAlways()) {
      state = State.RETURNING;
      ServerReset.run(now, settings.resetQueries(), clean -> returned(now, clean));
      return false;
    }
    giveBack(now, true);
    return true;
  }

  private void survey(ServerConnection now) {
    now.converse(
        new Survey(session.startup().user(), baggage -> surveyed(now, baggage), this::lostInSurvey),
        Survey.MAX_MESSAGE_BYTES);
    askState(now);
  }

  /// Asks what the session has become; the answers go to whoever converses with the server.
  void askState(ServerConnection now) {
    Survey.ask(now.channel(), vars.customNames());
    now.statements().unnamed(null);
  }

  private void lostInSurvey() {
    // All was answered, but going on with the settings of before would be going on with others.
    lost();
    session.fail(
        BackendError.fatal(
            SqlState.CONNECTION_FAILURE,
            "the server closed the connection before this session's settings were known"));
  }

  private void surveyed(ServerConnection now, Baggage baggage) {
    now.endConversation();
    if (state != State.RETURNING) {
      ServerReset.giveTo(pool, now, false); // the session has ended meanwhile
      return;
    }
    if (!baggage.readable() || vars.takeUnknownSet()) {
      now.spoil(); // nobody else is to have what cannot be taken off
    }
    now.applied(vars.found(baggage.settings(), session.shard()));
    if (baggage.sharedStatements() != now.statements().size()) {
      now.spoil(); // which of them are there is not known
    }
    returned(now, true);
  }

  private void returned(ServerConnection now, boolean clean) {
    if (now != server || state != State.RETURNING) {
      return;
    }
    giveBack(now, clean);
    session.served();
  }

  private void giveBack(ServerConnection now, boolean clean) {
    server = null;
    state = State.NONE;
    now.takeBack();
    ServerReset.giveTo(pool, now, clean);
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
    server = null;
    if (state != State.ENDED) {
      state = State.NONE;
    }
  }

  /// The session has been given another connection than the pool's own choice.
  void replace(PoolShard<ServerConnection> from, ServerConnection next) {
    ServerConnection old = server;
    PoolShard<ServerConnection> oldPool = pool;
    server = next;
    pool = from;
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
    if (before == State.QUEUED && pool != null) {
      LoopCounters.add(session.counters().waiting, -1);
      pool.withdraw(this);
    }
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
      ServerReset.giveTo(pool, now, false);
      return;
    }
    PoolShard<ServerConnection> to = pool;
    ServerReset.run(now, settings.resetQueries(), clean -> ServerReset.giveTo(to, now, clean));
  }
}
