package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.Tenant;
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
final class Relay implements Tenant {
  private final Session session;
  private final LoopShard shard;
  private final Channel client;
  private final Lease lease;
  private final ClientInput input;
  private final ClientOutput output;
  private final StatementDesk statements;
  private final boolean pooled;
  private boolean dripping;
  private boolean serverRead;
  private long quietSinceNs = System.nanoTime();

  Relay(Session session, LoopShard shard, Channel client, Lease lease) {
    this.session = session;
    this.shard = shard;
    this.client = client;
    this.lease = lease;
    PoolMode mode = lease.settings().mode();
    this.pooled = mode != PoolMode.SESSION;
    this.input = new ClientInput(this, mode);
    this.output = new ClientOutput(client, shard.counters(), session.presence());
    this.statements = new StatementDesk(lease, shard, session.presence().traffic(), input.out());
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

  Lease lease() {
    return lease;
  }

  LoopShard shard() {
    return shard;
  }

  Channel client() {
    return client;
  }

  /// The connection, when it may be used.
  @Nullable ServerConnection server() {
    return lease.held();
  }

  long quietNs(long nowNs) {
    return nowNs - quietSinceNs;
  }

  /// The statement that waits in the queue ends with an error; the session goes on.
  void dequeued(BackendError error) {
    output.error(error.asError());
    input.leaveOutWaiting();
    client.flush();
    drip();
    flushServer();
  }

  /// A statement was answered without a server.
  void answeredHere() {
    output.ready();
    client.flush();
  }

  // ------------------------------------------------------------------ client

  /// Takes the buffer over.
  void fromClient(ByteBuf in) {
    LoopCounters.add(session.counters().bytesFromClients, in.readableBytes());
    session.presence().received(in.readableBytes());
    quietSinceNs = shard.nowNs();
    if (session.closed()) {
      in.release();
      return;
    }
    input.add(in);
    drip();
  }

  /// Sends on what was held, as far as it may go now.
  void drip() {
    if (dripping || !session.serving()) {
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
    ServerConnection server = lease.held();
    if (server != null && server.isOpen()) {
      server.channel().flush();
    }
  }

  /// The server connection for a message of the client; null when the message must wait.
  @Nullable ServerConnection serverFor(byte tag) {
    if (session.closedForMe() && GateRule.mustWait(lease.held(), tag)) {
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
        }
        return null;
      }
    }
    session.presence().begins();
    return server.outstanding().full() ? null : server;
  }

  // ------------------------------------------------------------------ server

  @Override
  public void fromServer(ByteBuf in) {
    toClient(in);
  }

  /// Takes the buffer over.
  void toClient(ByteBuf out) {
    output.write(out);
    if (!client.isWritable()) {
      adjustReading();
    }
  }

  @Override
  public void errorFromServer(ByteBuf frame, @Nullable Note note) {
    statements.failed(note);
    if (!pooled) {
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
    ServerConnection server = lease.connection();
    return server == null ? (byte) 'I' : server.outstanding().status();
  }

  @Override
  public void spared(byte kind) {
    output.spared(kind);
  }

  @Override
  public void reported(String name) {
    if (pooled) {
      lease.vars().reported(name);
    }
  }

  @Override
  public void ready(byte status) {
    ServerConnection server = lease.connection();
    session.presence().ready(status, server != null && !server.outstanding().answeredAll());
    if (status == 'I') {
      LoopCounters.add(session.counters().transactions, 1);
      lease.vars().transactionEnded(server == null || server.outstanding().answeredAll());
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
  void afterAnswers() {
    ServerConnection server = lease.held();
    if (server == null || session.closed()) {
      return;
    }
    output.knows(server.reported());
    boolean atRest = server.outstanding().answeredAll() && input.atMessageStart();
    if (atRest) {
      quietSinceNs = shard.nowNs();
      client.flush();
      serverRead = false;
      boolean free = lease.rest();
      if (session.closed()) {
        return;
      }
      if (shard.gateClosed() && !session.busy()) {
        shard.settled(session);
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
    if (session.closed()) {
      return;
    }
    input.pgpool().proceed();
    ServerConnection server = lease.connection();
    boolean open = server != null && server.isOpen();
    boolean writable = server == null || !open || server.channel().isWritable();
    boolean full = server != null && server.outstanding().full();
    // The beginning of a message waits for the client itself, which must be read then.
    boolean waiting = session.serving() ? input.blocked() : input.holding();
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
    if (session.closed() || lost == null || session.move().serverLost()) {
      return;
    }
    if (input.terminated() || lost.endedWithError() || !lost.betweenMessages()) {
      session.closeClient();
      return;
    }
    session.fail(
        BackendError.fatal(SqlState.CONNECTION_FAILURE, "server " + lost.address() + " " + why));
  }
}
