package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.sql.StatementScan;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.WireException;

/// Messages of one client on their way to the server connection that its session holds, and back.
///
/// ```
/// client ─→ ClientInput ─→ server        gives the connection back when all is answered,
/// client ←─ ClientOutput ←─ server       and asks for one when something new begins
/// ```
///
/// Owner: event loop of the session.
final class Relay {
  private final Session session;
  private final LoopShard shard;
  private final Channel client;
  private final Leases leases;
  private final ClientInput input;
  private final ClientOutput output;
  private final StatementDesk statements;
  private final boolean tracked;
  private final @Nullable RouteDesk routes;
  private final @Nullable LostServer losses;
  private boolean dripping;
  private boolean serverRead;
  private long quietSinceNs = System.nanoTime();

  Relay(Session session, LoopShard shard, Channel client, Leases leases) {
    this.session = session;
    this.shard = shard;
    this.client = client;
    this.leases = leases;
    this.routes = session.routes();
    this.tracked = !leases.kept() || routes != null;
    this.input = new ClientInput(this, tracked);
    this.output = new ClientOutput(client, shard.counters(), session.presence());
    this.losses = routes == null ? null : new LostServer(session, routes);
    this.statements = new StatementDesk(leases, shard, session.presence().traffic(), input.out());
  }

  ClientInput input() {
    return input;
  }

  ClientOutput output() {
    return output;
  }

  StatementDesk statements() {
    return statements;
  }

  Session session() {
    return session;
  }

  @Nullable RouteDesk routes() {
    return routes;
  }

  Leases leases() {
    return leases;
  }

  LoopShard shard() {
    return shard;
  }

  Channel client() {
    return client;
  }

  /// The connection, when it may be used.
  @Nullable ServerConnection server() {
    return leases.current().held();
  }

  long quietNs(long nowNs) {
    return nowNs - quietSinceNs;
  }

  private boolean outcomeAwaited() {
    return losses != null && losses.commit().pending();
  }

  /// Whether something waits to be passed on, or to be told what became of a COMMIT.
  boolean waits() {
    return input.holding() || outcomeAwaited();
  }

  void end() {
    input.release();
    if (losses != null) {
      losses.commit().end();
    }
  }

  /// The statement that waits in the queue ends with an error; the session goes on.
  void dequeued(BackendError error) {
    if (losses != null && losses.commit().giveUp()) {
      return;
    }
    output.error(error.asError());
    if (routes != null) {
      routes.dequeued();
    }
    input.leaveOutWaiting();
    client.flush();
    drip();
    flushServer();
  }

  /// What a query string on its way to the server changes.
  @Nullable Note queryNote(byte[] text, int length, int traits) {
    if ((traits & StatementScan.DEALLOCATES_ALL) != 0) {
      return new Forgetting(statements);
    }
    return routes == null ? null : routes.texts().queryNote(text, length);
  }

  /// A statement was answered without a server.
  void answeredHere() {
    output.ready(routes == null ? (byte) 'I' : routes.status());
    client.flush();
  }

  // ------------------------------------------------------------------ client

  /// Takes the buffer over.
  void fromClient(ByteBuf in) {
    LoopCounters.add(session.counters().bytesFromClients, in.readableBytes());
    session.presence().received(in.readableBytes());
    quietSinceNs = shard.nowNs();
    leases.fence();
    if (session.closed()) {
      in.release();
      return;
    }
    boolean waits = session.serving() && input.blocked();
    input.add(in);
    if (waits) {
      adjustReading(); // what it waits for calls drip()
    } else {
      drip();
    }
  }

  /// Sends on what was held, as far as it may go now.
  void drip() {
    if (dripping || !session.serving() || (losses != null && losses.commit().waits())) {
      return;
    }
    dripping = true;
    try {
      input.drip();
    } catch (WireException e) {
      session.hub().hostilePeers().note(client.remoteAddress(), String.valueOf(e.getMessage()));
      session.fail(BackendError.fatal(SqlState.PROTOCOL_VIOLATION, String.valueOf(e.getMessage())));
    } finally {
      dripping = false;
    }
    if (input.terminated()) {
      session.closeClient();
    }
    adjustReading();
  }

  void clientReadComplete() {
    flushServer();
    adjustReading();
  }

  void flushServer() {
    ServerConnection server = leases.current().held();
    if (server != null && server.isOpen()) {
      server.channel().flush();
    }
  }

  /// Whether the client of a session that is routed is in a transaction.
  boolean inBlock() {
    return routes != null && routes.status() != 'I';
  }

  /// The last error, if a message of the server is not half passed on.
  void farewell(BackendError error) {
    ServerConnection server = leases.current().connection();
    if (server == null || !server.isOpen() || server.betweenMessages()) {
      output.error(losses == null ? error : losses.commit().farewell(error));
    }
  }

  /// The server connection for a message of the client; null when the message must wait.
  @Nullable ServerConnection serverFor(byte tag) {
    Lease lease = leases.current();
    if (session.closedForMe() && !leases.inTransaction() && GateRule.mustWait(lease.held(), tag)) {
      return null;
    }
    if (session.move().conversing()) {
      return null;
    }
    ServerConnection server = lease.held();
    if (server == null) {
      server = lease.acquire();
      if (server == null) {
        if (!lease.occupied() && !lease.queued()) {
          session.seekServer();
        } else if (routes != null) {
          routes.queued();
        }
        return null;
      }
    }
    if (routes != null && !routes.ready(lease, server)) {
      return null;
    }
    session.presence().begins();
    return server.outstanding().full() ? null : server;
  }

  // ------------------------------------------------------------------ server

  /// Takes the buffer over.
  void toClient(ByteBuf out) {
    if (routes == null || !routes.second().holds(out)) {
      output.write(out);
    }
    if (!client.isWritable()) {
      adjustReading();
    }
  }

  void errorFromServer(ByteBuf frame, @Nullable Note note) {
    statements.failed(note);
    ServerConnection server = leases.current().connection();
    if (routes != null && server != null) {
      shard.nodes().answered(server.node().id(), BackendError.severity(frame));
      routes.texts().failed();
    }
    if (losses != null && server != null && losses.keeps(server, frame)) {
      frame.release();
    } else if (!tracked) {
      toClient(frame);
    } else if (!QueryNames.keeps(frame, note)) {
      if (SchemaChanges.isStale(frame)) {
        statements.renew();
      }
      ByteBuf shown = QueryNames.instead(frame, note);
      toClient(output.translated(shown, note, status(), statements.names()));
    }
  }

  private byte status() {
    ServerConnection server = leases.current().connection();
    return server == null ? (byte) 'I' : server.outstanding().status();
  }

  void spared(byte kind) {
    output.spared(kind);
  }

  void reported(String name) {
    if (tracked) {
      leases.vars().reported(name);
    }
  }

  void ready(byte status) {
    ServerConnection server = leases.current().connection();
    session.presence().ready(status, server != null && !server.outstanding().answeredAll());
    if (status == 'I') {
      LoopCounters.add(session.counters().transactions, 1);
      leases.vars().transactionEnded(server == null || server.outstanding().answeredAll());
    }
    if (routes != null) {
      routes.ready(status, server == null || server.outstanding().answeredAll());
    }
  }

  void serverReadComplete() {
    if (routes != null) {
      routes.second().readEnds();
    }
    serverRead = true;
    afterAnswers();
    if (serverRead) {
      client.flush();
    }
  }

  /// Gives the connection back when nothing is outstanding, then goes on with what waits.
  void afterAnswers() {
    ServerConnection server = leases.current().held();
    if (server == null || session.closed()) {
      return;
    }
    output.knows(server.reported());
    // The rest of a message is this client's.
    boolean atRest =
        server.outstanding().answeredAll() && server.betweenMessages() && input.atMessageStart();
    if (atRest) {
      quietSinceNs = shard.nowNs();
      client.flush();
      serverRead = false;
      boolean free = leases.rest();
      if (session.closed()) {
        return;
      }
      if (shard.gateClosed()) {
        leases.goHome();
        if (!session.busy()) {
          shard.settled(session);
        }
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

  /// Symmetric back-pressure: a side that cannot be written stops reading from the other.
  void adjustReading() {
    if (session.closed()) {
      return;
    }
    input.pgpool().proceed();
    ServerConnection server = leases.current().connection();
    boolean open = server != null && server.isOpen();
    boolean writable = server == null || !open || server.channel().isWritable();
    boolean full = server != null && server.outstanding().full();
    // The beginning of a message waits for the client itself, which must be read then.
    boolean waits = !session.serving() || outcomeAwaited();
    boolean waiting = waits ? input.holding() : input.blocked();
    // A short wait costs no call of the kernel: few clients say more before they are answered.
    boolean readClient = !(waiting && input.holdingMuch()) && writable && !full;
    if (client.config().isAutoRead() != readClient) {
      client.config().setAutoRead(readClient);
    }
    if (server != null && open && server.channel().config().isAutoRead() != client.isWritable()) {
      server.channel().config().setAutoRead(client.isWritable());
    }
  }

  /// A connection that nothing is asked of at the moment is gone.
  ///
  /// @param tookPart whether its server knew of the transaction that is open
  /// @return whether the session goes on
  boolean survivesParked(ServerConnection lost, boolean tookPart) {
    return losses != null && losses.parked(lost, tookPart);
  }

  /// Whether the client must not see an error of a server.
  boolean unseen(Lease lease, ByteBuf frame) {
    return losses != null && losses.unseen(lease, frame);
  }

  void serverLost(String why) {
    Lease lease = leases.current();
    ServerConnection lost = lease.connection();
    RouteDesk desk = losses != null && losses.spares(lease) ? routes : null;
    boolean tookPart = lease.block().open();
    lease.lost();
    if (session.closed() || lost == null || session.move().serverLost()) {
      return;
    }
    boolean goesOn = desk != null;
    if (desk != null) {
      desk.unreachable(lease);
    } else if (!input.terminated() && losses != null && losses.lost(lease, lost, tookPart, why)) {
      leases.fence(); // what is tried again may not go there
      goesOn = true;
    }
    if (goesOn) {
      drip();
      flushServer();
      return;
    }
    boolean told = lost.endedWithError() && (losses == null || !losses.silent());
    if (input.terminated() || told || !lost.betweenMessages()) {
      session.closeClient();
      return;
    }
    session.fail(
        BackendError.fatal(SqlState.CONNECTION_FAILURE, "server " + lost.address() + " " + why));
  }
}
