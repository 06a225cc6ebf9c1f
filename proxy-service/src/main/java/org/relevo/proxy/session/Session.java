package org.relevo.proxy.session;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.pool.PoolSettings;
import org.relevo.proxy.pool.PoolShard;
import org.relevo.proxy.server.Closing;
import org.relevo.proxy.server.Deadline;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.StartupRequest;

/// One client from the end of its authentication to its end.
///
/// ```
/// GREETING (what a server reports is not known yet, or session mode: a connection of its own)
///    -> SERVING (a server connection is held from first message to last answer, or for ever)
///    -> CLOSED
/// ```
///
/// Owner: event loop of the client channel.
final class Session {
  private enum Phase {
    GREETING,
    SERVING,
    CLOSED
  }

  private final SessionHub hub;
  private final LoopShard shard;
  private final Channel client;
  private final StartupRequest.Startup startup;
  private final Presence presence;
  private final Leases leases;
  private final @Nullable RouteDesk routes;
  private final Relay relay;
  private final SessionMove move;
  private final Deadline limit;
  private final boolean pooled;
  private Phase phase = Phase.GREETING;
  private @Nullable CancelKey key;
  private boolean awaiting;

  Session(SessionHub hub, LoopShard shard, Channel client, StartupRequest.Startup startup) {
    this.hub = hub;
    this.shard = shard;
    this.client = client;
    this.startup = startup;
    this.presence = hub.presence(shard, startup.database());
    PoolSettings settings = hub.policy().settings(startup.database(), startup.user());
    this.pooled = settings.mode() != PoolMode.SESSION;
    this.leases = new Leases(this, settings, shard.intern(StartupSettings.of(startup)));
    SessionRouter router = hub.routers().of(shard.number(), startup.database(), startup.user());
    this.routes = router == null ? null : new RouteDesk(this, leases, router);
    this.relay = new Relay(this, shard, client, leases);
    this.limit = new Deadline(shard.loop());
    this.move = new SessionMove(this);
  }

  // ------------------------------------------------------------------ greeting

  void begin() {
    shard.add(this);
    BackendError wrong = routes == null ? null : routes.begin();
    if (wrong != null) {
      fail(wrong);
      return;
    }
    VarSet known = pooled ? shard.greeting(startup, leases.vars().wanted()) : null;
    if (known != null) {
      greet(known, shard.nextProcessId());
    } else {
      seekServer();
    }
  }

  /// Gets a connection for the greeting, or for the messages that wait.
  void seekServer() {
    if (closedForMe() || paused()) {
      awaits(true);
      return;
    }
    if (leases.current().acquire() != null) {
      served();
    } else if (leases.current().occupied() || leases.current().queued()) {
      awaits(false); // it is counted as queued, or not waiting any more
    } else if (!limit.running()) {
      awaits(true);
      limit.start(hub.settings().primaryWaitTimeout().toMillis(), this::noPrimary);
    }
  }

  private void stopWaitingForPrimary() {
    limit.stop();
    awaits(false);
  }

  /// Whether the client waits, before any queue: for the gate, or for a primary.
  private void awaits(boolean now) {
    if (now != awaiting) {
      awaiting = now;
      presence.awaits(now);
      LoopCounters.add(counters().waiting, now ? 1 : -1);
    }
  }

  private void noPrimary() {
    stopWaitingForPrimary();
    if (phase != Phase.CLOSED
        && !leases.current().occupied()
        && !leases.current().queued()
        && !closedForMe()
        && !paused()) {
      String reason = hub.views().current().primaryReason();
      leases.unserved(
          BackendError.fatal(
              SqlState.CANNOT_CONNECT_NOW,
              "there is no primary server" + (reason.isEmpty() ? "" : ": " + reason)));
    }
  }

  /// There is a connection now, or there may be one for the asking.
  void served() {
    if (phase == Phase.CLOSED) {
      return;
    }
    ServerConnection server = leases.current().held();
    if (phase == Phase.GREETING) {
      if (server == null) {
        seekServer();
        return;
      }
      if (pooled) {
        shard.learnGreeting(startup, leases.vars().wanted(), server.reported());
      }
      CancelKey servers = pooled ? null : server.cancelKey();
      greet(server.reported(), servers == null ? shard.nextProcessId() : servers.processId());
      relay.afterAnswers();
      return;
    }
    relay.drip();
    relay.flushServer();
    if (!relay.input().holding()) {
      relay.afterAnswers();
    }
  }

  private void greet(VarSet reported, int processId) {
    stopWaitingForPrimary();
    phase = Phase.SERVING;
    CancelKey given = hub.cancelDesk().register(processId, startup.minor() >= 2, this);
    key = given;
    relay.output().greet(reported, given);
    relay.drip();
    relay.flushServer();
  }

  /// No connection can be had.
  void unserved(BackendError error) {
    LoopCounters.add(counters().refused, 1);
    fail(error.asFatal());
  }

  /// The statement that waits in the queue ends with an error; the session goes on.
  void dequeued(BackendError error) {
    if (phase != Phase.SERVING) {
      unserved(error);
      return;
    }
    LoopCounters.add(counters().refused, 1);
    relay.dequeued(error);
  }

  /// A connection is the session's from now on.
  void told(VarSet reported) {
    if (phase != Phase.GREETING) {
      relay.output().told(reported);
    }
  }

  // ------------------------------------------------------------------ gate

  boolean closedForMe() {
    return shard.gateClosed() && !move.released();
  }

  /// Whether an operation that needs silence must wait for this session.
  boolean busy() {
    ServerConnection server = leases.current().held();
    if (server == null) {
      return leases.current().occupied() || leases.inTransaction();
    }
    return leases.inTransaction() || !(server.atRest() && relay.input().atMessageStart());
  }

  boolean connected() {
    return phase != Phase.CLOSED && (leases.occupied() || move.serverLost());
  }

  boolean waiting() {
    return phase != Phase.CLOSED && (leases.current().queued() || limit.running());
  }

  boolean greeting() {
    return phase == Phase.GREETING;
  }

  boolean serving() {
    return phase == Phase.SERVING;
  }

  boolean closed() {
    return phase == Phase.CLOSED;
  }

  void gateCloses() {
    if (!busy()) {
      leases.goHome();
    }
    move.gateCloses();
  }

  void gateOpens() {
    move.gateOpens();
    goOn();
  }

  /// Something that was waited for may be there now: the gate, a primary, a move's end.
  void goOn() {
    stopWaitingForPrimary();
    leases.current().viewChanged();
    if (phase == Phase.GREETING) {
      seekServer();
    } else if (relay.waits()) {
      relay.drip();
      relay.flushServer();
    } else {
      relay.adjustReading();
    }
  }

  /// Whether its database's new transactions wait.
  boolean paused() {
    return presence.traffic().paused();
  }

  void pauseChanged() {
    boolean waits = leases.current().queued() || limit.running() || awaiting;
    if (phase != Phase.CLOSED && waits && !closedForMe()) {
      goOn();
    }
  }

  /// The cluster's picture has changed.
  void viewChanged() {
    // Most changes are not what is waited for, and must not begin the wait anew.
    if (primary().isPresent()
        && phase != Phase.CLOSED
        && (leases.current().queued() || limit.running())
        && !closedForMe()) {
      goOn();
    }
  }

  /// Looks at the session's times.
  void tick(long nowNs) {
    if (phase == Phase.SERVING && !relay.waits() && !leases.current().queued()) {
      SessionTimes.exceeded(
              leases.settings(), leases.current().held(), relay.inBlock(), relay.quietNs(nowNs))
          .ifPresent(this::fail);
    }
  }

  // ------------------------------------------------------------------ end

  /// Tells the client and ends the session.
  void fail(BackendError error) {
    if (phase == Phase.CLOSED) {
      return;
    }
    relay.farewell(error);
    closeClient();
  }

  /// Sends what is on its way to the client, then ends the session.
  void closeClient() {
    Closing.afterFlush(client);
    end();
  }

  /// Ends the session; the client has left or is being told.
  void end() {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    stopWaitingForPrimary();
    if (key != null) {
      hub.cancelDesk().forget(key);
    }
    if (routes != null) {
      routes.end();
    }
    move.sessionEnds();
    leases.end();
    relay.end();
    shard.remove(this);
    hub.dismiss();
  }

  /// The connection that a cancel request is meant for; null when nothing runs.
  @Nullable ServerConnection running() {
    ServerConnection server = leases.current().held();
    boolean runs =
        server != null
            && server.isOpen()
            && !move.conversing()
            && !server.outstanding().answeredAll();
    return runs ? server : null;
  }

  /// A statement that waits in the queue is ended at once.
  void cancelQueued() {
    if (phase == Phase.SERVING && leases.leaveQueue()) {
      dequeued(BackendError.of("ERROR", "57014", "canceling statement due to user request"));
    }
  }

  /// Whether the client has not asked for anything yet.
  boolean untouched() {
    return !relay.input().used();
  }

  // ------------------------------------------------------------------ parts

  Optional<NodeView> primary() {
    return hub.views().current().primaryNode();
  }

  PoolShard<ServerConnection> pool(PoolKey poolKey) {
    return hub.pools().shard(shard.loop(), poolKey);
  }

  EventLoop loop() {
    return shard.loop();
  }

  SessionHub hub() {
    return hub;
  }

  LoopShard shard() {
    return shard;
  }

  Channel client() {
    return client;
  }

  LoopCounters counters() {
    return shard.counters();
  }

  Presence presence() {
    return presence;
  }

  @Nullable RouteDesk routes() {
    return routes;
  }

  Lease lease() {
    return leases.current();
  }

  Leases leases() {
    return leases;
  }

  Relay relay() {
    return relay;
  }

  StartupRequest.Startup startup() {
    return startup;
  }

  SessionMove move() {
    return move;
  }
}
