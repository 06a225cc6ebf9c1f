package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.pool.PoolSettings;
import org.relevo.proxy.pool.PoolShard;
import org.relevo.proxy.server.Closing;
import org.relevo.proxy.server.Deadline;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.Outstanding;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.Tenant;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.StartupRequest;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;

/// One client from the end of its authentication to its end.
///
/// ```
/// GREETING (what a server reports is not known yet, or session mode: a connection of its own)
///    -> SERVING (a server connection is held from first message to last answer, or for ever)
///    -> CLOSED
/// ```
///
/// Owner: event loop of the client channel.
final class Session implements Tenant {
  private enum Phase {
    GREETING,
    SERVING,
    CLOSED
  }

  private final SessionHub hub;
  private final LoopShard shard;
  private final Channel client;
  private final StartupRequest.Startup startup;
  private final Lease lease;
  private final ClientInput input;
  private final StatementDesk statements;
  private final SessionMove move;
  private final Deadline limit;
  private final boolean pooled;
  private Phase phase = Phase.GREETING;
  private VarSet told = VarSet.EMPTY;
  private @Nullable CancelKey key;
  private boolean awaiting;
  private boolean dripping;
  private boolean serverRead;
  private long quietSinceNs = System.nanoTime();

  Session(SessionHub hub, LoopShard shard, Channel client, StartupRequest.Startup startup) {
    this.hub = hub;
    this.shard = shard;
    this.client = client;
    this.startup = startup;
    PoolSettings settings = hub.policy().settings(startup.database(), startup.user());
    this.pooled = settings.mode() != PoolMode.SESSION;
    this.lease = new Lease(this, settings, shard.intern(StartupSettings.of(startup)));
    this.input = new ClientInput(this, settings.mode());
    this.statements = new StatementDesk(lease, shard, input.out());
    this.limit = new Deadline(shard.loop());
    this.move = new SessionMove(this);
  }

  // ------------------------------------------------------------------ greeting

  void begin() {
    shard.add(this);
    VarSet known = pooled ? shard.greeting(startup, lease.wanted()) : null;
    if (known != null) {
      told = known;
      greet(shard.nextProcessId());
    } else {
      seekServer();
    }
  }

  /// Gets a connection for the greeting, or for the messages that wait.
  private void seekServer() {
    if (closedForMe()) {
      awaits(true);
      return;
    }
    if (lease.acquire() != null) {
      served();
    } else if (lease.occupied() || lease.queued()) {
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
      LoopCounters.add(counters().waiting, now ? 1 : -1);
    }
  }

  private void noPrimary() {
    stopWaitingForPrimary();
    if (phase != Phase.CLOSED && !lease.occupied() && !lease.queued() && !closedForMe()) {
      String reason = hub.views().current().primaryReason();
      unserved(
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
    ServerConnection server = lease.held();
    if (phase == Phase.GREETING) {
      if (server == null) {
        seekServer();
        return;
      }
      told = server.reported();
      if (pooled) {
        shard.learnGreeting(startup, lease.wanted(), told);
        greet(shard.nextProcessId());
      } else {
        CancelKey servers = server.cancelKey();
        greet(servers == null ? shard.nextProcessId() : servers.processId());
      }
      afterAnswers();
      return;
    }
    drip();
    flushServer();
    if (!input.holding()) {
      afterAnswers();
    }
  }

  private void greet(int processId) {
    stopWaitingForPrimary();
    phase = Phase.SERVING;
    ByteBuf out = client.alloc().buffer(512);
    BackendMessages.authenticationOk(out);
    told.values().forEach((name, value) -> BackendMessages.parameterStatus(out, name, value));
    key = hub.cancelDesk().register(processId, startup.minor() >= 2, this);
    BackendMessages.backendKeyData(out, key);
    BackendMessages.readyForQuery(out, 'I');
    var _ = client.writeAndFlush(out);
    drip();
    flushServer();
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
    ByteBuf out = client.alloc().buffer();
    error.asError().writeTo(out);
    toClient(out);
    input.leaveOutWaiting();
    client.flush();
    drip();
    flushServer();
  }

  /// A statement was answered without a server.
  void answeredHere() {
    ByteBuf out = client.alloc().buffer(8);
    BackendMessages.readyForQuery(out, 'I');
    toClient(out);
    client.flush();
  }

  /// What the server reports, as far as the client has been told something else.
  void told(VarSet reported) {
    if (phase == Phase.GREETING) {
      return;
    }
    VarSet before = told;
    told = reported;
    if (reported.equals(before)) {
      return;
    }
    reported
        .values()
        .forEach((name, value) -> {
          if (!value.equals(before.values().get(name))) {
            ByteBuf status = client.alloc().buffer();
            BackendMessages.parameterStatus(status, name, value);
            toClient(status);
          }
        });
  }

  // ------------------------------------------------------------------ client

  /// Takes the buffer over.
  void fromClient(ByteBuf in) {
    LoopCounters.add(counters().bytesFromClients, in.readableBytes());
    quietSinceNs = shard.nowNs();
    if (phase == Phase.CLOSED) {
      in.release();
      return;
    }
    input.add(in);
    if (phase == Phase.SERVING) {
      drip();
    }
  }

  /// Sends on what was held, as far as it may go now.
  private void drip() {
    if (dripping || phase != Phase.SERVING) {
      return;
    }
    dripping = true;
    try {
      input.drip();
    } catch (WireException e) {
      hub.hostilePeers().note(client.remoteAddress(), String.valueOf(e.getMessage()));
      fail(BackendError.fatal(SqlState.PROTOCOL_VIOLATION, String.valueOf(e.getMessage())));
    } finally {
      dripping = false;
    }
    if (input.terminated()) {
      closeClient();
    }
    adjustReading();
  }

  void clientReadComplete() {
    flushServer();
    adjustReading();
  }

  private void flushServer() {
    ServerConnection server = lease.held();
    if (server != null && server.isOpen()) {
      server.channel().flush();
    }
  }

  /// The server connection for a message of the client; null when the message must wait.
  @Nullable ServerConnection serverFor(byte tag) {
    if (closedForMe() && mustWait(tag)) {
      return null;
    }
    if (move.conversing()) {
      return null;
    }
    ServerConnection server = lease.held();
    if (server == null) {
      server = lease.acquire();
      if (server == null) {
        if (!lease.occupied() && !lease.queued()) {
          seekServer();
        }
        return null;
      }
    }
    return server.outstanding().full() ? null : server;
  }

  /// Behind a closed gate: what begins something new waits, what ends something goes on.
  private boolean mustWait(byte tag) {
    ServerConnection server = lease.held();
    if (server == null) {
      return true;
    }
    Outstanding outstanding = server.outstanding();
    if (outstanding.atBoundary()) {
      return true;
    }
    return switch (tag) {
      case Tags.QUERY,
          Tags.FUNCTION_CALL,
          Tags.PARSE,
          Tags.BIND,
          Tags.DESCRIBE,
          Tags.EXECUTE,
          Tags.CLOSE ->
          outstanding.owed() > 0 && !outstanding.inBatch() && outstanding.status() == 'I';
      default -> false;
    };
  }

  int scan(byte[] text, int length) {
    return shard.catalog().scan().scan(text, length, lease.standardStrings());
  }

  /// What DEALLOCATE ALL changes, if it succeeds.
  Note forgetting() {
    return new Forgetting(statements);
  }

  /// Whether statements that were prepared on this server are not there any more.
  boolean statementsGone(ServerConnection server, Baggage baggage) {
    long there =
        baggage.statements().stream()
            .filter(statement -> statement.name().startsWith(SharedNames.PREFIX))
            .count();
    return there != server.statements().size();
  }

  // ------------------------------------------------------------------ server

  @Override
  public void fromServer(ByteBuf in) {
    toClient(in);
  }

  /// Takes the buffer over.
  void toClient(ByteBuf out) {
    LoopCounters.add(counters().bytesToClients, out.readableBytes());
    var _ = client.write(out, client.voidPromise());
    if (!client.isWritable()) {
      adjustReading();
    }
  }

  @Override
  public void errorFromServer(ByteBuf frame, @Nullable Note note) {
    if (!pooled) {
      toClient(frame);
    } else if (note instanceof Refusal(BackendError error)) {
      frame.release();
      ByteBuf out = client.alloc().buffer();
      error.writeTo(out);
      toClient(out);
    } else if (!QueryNames.keeps(frame, note)) {
      if (SchemaChanges.isStale(frame)) {
        statements.renew();
      }
      ByteBuf shown = QueryNames.instead(frame, note);
      toClient(SharedNames.translate(shown, statements.names(), client.alloc()));
    }
  }

  @Override
  public void spared(byte kind) {
    boolean parse = kind == Outstanding.SPARED_PARSE;
    ByteBuf out = client.alloc().buffer(8);
    out.writeByte(parse ? '1' : '3');
    out.writeInt(Integer.BYTES);
    toClient(out);
  }

  @Override
  public void ready(byte status) {
    if (status == 'I') {
      LoopCounters.add(counters().transactions, 1);
      lease.transactionEnded();
    }
  }

  @Override
  public void serverReadComplete() {
    serverRead = true;
    afterAnswers();
    if (serverRead) {
      client.flush();
    }
  }

  /// Gives the connection back when nothing is outstanding, then goes on with what waits.
  private void afterAnswers() {
    ServerConnection server = lease.held();
    if (server == null || phase == Phase.CLOSED) {
      return;
    }
    told = server.reported(); // changes were passed on as they came
    boolean atRest = server.outstanding().answeredAll() && input.atMessageStart();
    if (atRest) {
      quietSinceNs = shard.nowNs();
      client.flush();
      serverRead = false;
      boolean free = lease.rest();
      if (phase == Phase.CLOSED) {
        return;
      }
      if (shard.gateClosed() && !busy()) {
        shard.settled(this);
      }
      if (!free) {
        return;
      }
    }
    if (input.holding()) {
      drip();
      flushServer();
    } else if (!client.config().isAutoRead()) {
      adjustReading(); // the pipeline may have been full
    }
  }

  @Override
  public void serverWritabilityChanged() {
    adjustReading();
  }

  /// Symmetric back-pressure: a side that cannot be written stops reading from the other.
  void adjustReading() {
    if (phase == Phase.CLOSED) {
      return;
    }
    ServerConnection server = lease.connection();
    boolean open = server != null && server.isOpen();
    boolean writable = server == null || !open || server.channel().isWritable();
    boolean full = server != null && server.outstanding().full();
    boolean waiting =
        input.holding() && !input.starving() && (lease.held() == null || closedForMe());
    boolean readClient = !waiting && writable && !full;
    if (client.config().isAutoRead() != readClient) {
      client.config().setAutoRead(readClient);
    }
    if (server != null && open && server.channel().config().isAutoRead() != client.isWritable()) {
      server.channel().config().setAutoRead(client.isWritable());
    }
  }

  @Override
  public void serverLost(String why) {
    ServerConnection lost = lease.connection();
    lease.lost();
    if (phase == Phase.CLOSED || lost == null || move.serverLost()) {
      return;
    }
    if (input.terminated() || lost.endedWithError() || !lost.betweenMessages()) {
      closeClient();
      return;
    }
    fail(BackendError.fatal(SqlState.CONNECTION_FAILURE, "server " + lost.address() + " " + why));
  }

  // ------------------------------------------------------------------ gate

  boolean closedForMe() {
    return shard.gateClosed() && !move.released();
  }

  /// Whether an operation that needs silence must wait for this session.
  boolean busy() {
    ServerConnection server = lease.held();
    if (server == null) {
      return lease.occupied();
    }
    return !(server.outstanding().atBoundary() && input.atMessageStart());
  }

  boolean connected() {
    return phase != Phase.CLOSED && (lease.occupied() || move.serverLost());
  }

  boolean waiting() {
    return phase != Phase.CLOSED && (lease.queued() || limit.running());
  }

  boolean greeting() {
    return phase == Phase.GREETING;
  }

  boolean closed() {
    return phase == Phase.CLOSED;
  }

  void gateCloses() {
    move.gateCloses();
  }

  void gateOpens() {
    move.gateOpens();
    goOn();
  }

  /// Something that was waited for may be there now: the gate, a primary, a move's end.
  void goOn() {
    stopWaitingForPrimary();
    lease.viewChanged();
    if (phase == Phase.GREETING) {
      seekServer();
    } else if (input.holding()) {
      drip();
      flushServer();
    } else {
      adjustReading();
    }
  }

  /// The cluster's picture has changed.
  void viewChanged() {
    if (phase != Phase.CLOSED && (lease.queued() || limit.running()) && !closedForMe()) {
      goOn();
    }
  }

  /// Looks at the session's times.
  void tick(long nowNs) {
    if (phase != Phase.SERVING) {
      return;
    }
    ServerConnection server = lease.held();
    boolean open = server != null && server.outstanding().status() != 'I';
    boolean quiet =
        !input.holding()
            && !lease.queued()
            && (server == null || server.outstanding().answeredAll());
    long quietNs = nowNs - quietSinceNs;
    PoolSettings settings = lease.settings();
    if (quiet && open && over(quietNs, settings.idleInTransaction().toNanos())) {
      fail(
          BackendError.of(
              "FATAL", "25P03", "terminating connection due to idle-in-transaction timeout"));
    } else if (quiet && !open && over(quietNs, settings.clientIdle().toNanos())) {
      fail(BackendError.of("FATAL", "57P05", "terminating connection due to idle-session timeout"));
    }
  }

  private static boolean over(long ns, long limitNs) {
    return limitNs > 0 && ns > limitNs;
  }

  // ------------------------------------------------------------------ end

  /// Tells the client and ends the session.
  void fail(BackendError error) {
    if (phase == Phase.CLOSED) {
      return;
    }
    ByteBuf out = client.alloc().buffer();
    error.writeTo(out);
    var _ = client.write(out);
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
    move.sessionEnds();
    lease.end();
    input.release();
    shard.remove(this);
    hub.dismiss();
  }

  /// The connection that a cancel request is meant for; null when nothing runs.
  @Nullable ServerConnection running() {
    ServerConnection server = lease.held();
    boolean runs =
        server != null
            && server.isOpen()
            && !move.conversing()
            && !server.outstanding().answeredAll();
    return runs ? server : null;
  }

  /// A statement that waits in the queue is ended at once.
  void cancelQueued() {
    if (phase == Phase.SERVING && lease.leaveQueue()) {
      dequeued(BackendError.of("ERROR", "57014", "canceling statement due to user request"));
    }
  }

  /// Whether the client has not asked for anything yet.
  boolean untouched() {
    return !input.used();
  }

  // ------------------------------------------------------------------ parts

  Optional<NodeView> primary() {
    ClusterView view = hub.views().current();
    return view.primaryNode();
  }

  PoolShard<ServerConnection> pool(PoolKey poolKey) {
    return hub.pools().shard(shard.loop(), poolKey);
  }

  VarSet intern(VarSet set) {
    return shard.intern(set);
  }

  boolean inputAtMessageStart() {
    return input.atMessageStart();
  }

  @Nullable ServerConnection server() {
    return lease.held();
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

  Lease lease() {
    return lease;
  }

  StatementDesk statements() {
    return statements;
  }

  StartupRequest.Startup startup() {
    return startup;
  }

  SessionMove move() {
    return move;
  }
}
