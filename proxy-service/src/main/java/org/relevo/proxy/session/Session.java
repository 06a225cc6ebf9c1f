package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.PendingAnswers;
import org.relevo.proxy.wire.StartupRequest;
import org.relevo.proxy.wire.WireException;

/// One client from its start-up packet to its end, and the server connection it holds.
///
/// ```
/// WAITING (gate, primary) -> CONNECTING -> LOGIN -> RELAY -> CLOSED
///                                                    RELAY: the server may change, see SessionMove
/// ```
///
/// Owner: event loop of the client channel.
final class Session {
  private enum Phase {
    WAITING,
    CONNECTING,
    LOGIN,
    RELAY,
    CLOSED
  }

  private final SessionHub hub;
  private final LoopShard shard;
  private final Channel client;
  private final StartupRequest.Startup startup;
  private final PendingAnswers pending = new PendingAnswers();
  private final LoginObserver observer = new LoginObserver();
  private final ServerParameters parameters = new ServerParameters();
  private final ClientInput input = new ClientInput(this);
  private final SessionMove move;
  private final Deadline limit;
  private Phase phase = Phase.WAITING;
  private @Nullable ServerLink link;
  private @Nullable CancelKey key;

  Session(SessionHub hub, LoopShard shard, Channel client, StartupRequest.Startup startup) {
    this.hub = hub;
    this.shard = shard;
    this.client = client;
    this.startup = startup;
    this.limit = new Deadline(shard.loop());
    this.move = new SessionMove(this);
  }

  void begin() {
    shard.add(this);
    LoopCounters.add(counters().waiting, 1);
    retry();
  }

  /// Connects if the gate is open and there is a primary; else stays waiting.
  void retry() {
    if (phase != Phase.WAITING || shard.gateClosed()) {
      return;
    }
    ClusterView view = hub.views().current();
    Optional<NodeView> primary = view.primaryNode();
    if (primary.isPresent()) {
      limit.stop();
      connect(primary.get());
    } else if (!limit.running()) {
      limit.start(hub.settings().primaryWaitTimeout().toMillis(), this::noPrimary);
    }
  }

  private void noPrimary() {
    if (phase == Phase.WAITING && !shard.gateClosed()) {
      String reason = hub.views().current().primaryReason();
      LoopCounters.add(counters().refused, 1);
      fail(
          BackendError.fatal(
              SqlState.CANNOT_CONNECT_NOW,
              "there is no primary server" + (reason.isEmpty() ? "" : ": " + reason)));
    }
  }

  private void connect(NodeView node) {
    phase = Phase.CONNECTING;
    LoopCounters.add(counters().waiting, -1);
    ServerLink opening = new ServerLink(this, node);
    ChannelFuture future =
        hub.connector()
            .connect(loop(), node.host(), node.port(), hub.settings().connectTimeout(), opening);
    future.addListener(done -> {
      if (phase != Phase.CONNECTING) {
        opening.close();
      } else if (done.isSuccess()) {
        login(opening);
      } else {
        unreachable(node, opening, done.cause());
      }
    });
  }

  private void unreachable(NodeView node, ServerLink opening, Throwable cause) {
    boolean changed =
        !hub.views().current().primary().equals(Optional.of(node.id())) || shard.gateClosed();
    if (changed) {
      phase = Phase.WAITING;
      LoopCounters.add(counters().waiting, 1);
      shard.settled(this);
      retry();
      return;
    }
    LoopCounters.add(counters().refused, 1);
    fail(
        BackendError.fatal(
            SqlState.CONNECTION_FAILURE,
            "cannot reach server " + opening.address() + ": " + cause.getMessage()));
  }

  private void login(ServerLink opened) {
    phase = Phase.LOGIN;
    link = opened;
    opened.begin(new LoginRelay(this, opened), ServerLink.loginLimit());
    limit.start(
        hub.settings().authenticationTimeout().toMillis(),
        () -> fail(BackendError.of("FATAL", "57014", "canceling authentication due to timeout")));
    ByteBuf packet = client.alloc().buffer(startup.packet().length());
    packet.writeBytes(startup.packet().toBytes());
    var _ = opened.channel().writeAndFlush(packet);
    drip();
  }

  void loggedIn(byte status) {
    limit.stop();
    phase = Phase.RELAY;
    ready(status);
    client.flush();
    afterAnswers();
  }

  CancelKey newCancelKey(CancelKey servers) {
    if (key != null) {
      hub.cancelDesk().forget(key);
    }
    key = hub.cancelDesk().register(servers, this);
    return key;
  }

  /// Takes the buffer over.
  void fromClient(ByteBuf in) {
    LoopCounters.add(counters().bytesFromClients, in.readableBytes());
    try {
      input.add(in);
    } catch (WireException e) {
      violated(e);
    }
  }

  /// Sends on what was held, as far as it may go now.
  void drip() {
    try {
      input.drip();
    } catch (WireException e) {
      violated(e);
    }
  }

  /// The client does not speak the protocol.
  private void violated(WireException e) {
    hub.hostilePeers().note(client.remoteAddress(), String.valueOf(e.getMessage()));
    fail(BackendError.fatal(SqlState.PROTOCOL_VIOLATION, String.valueOf(e.getMessage())));
  }

  void clientReadComplete() {
    ServerLink server = link;
    if (server != null) {
      server.channel().flush();
      adjustReading();
    }
  }

  /// Takes the buffer over.
  void toClient(ByteBuf out) {
    LoopCounters.add(counters().bytesToClients, out.readableBytes());
    var _ = client.write(out, client.voidPromise());
    if (!client.isWritable()) {
      adjustReading();
    }
  }

  void ready(byte status) {
    pending.ready(status);
    if (status == 'I') {
      LoopCounters.add(counters().transactions, 1);
    }
  }

  void serverReadComplete() {
    client.flush();
    afterAnswers();
  }

  private void afterAnswers() {
    if (shard.gateClosed() && phase == Phase.RELAY) {
      drip();
      if (!busy()) {
        shard.settled(this);
      }
    } else if (input.holding()) {
      drip();
    } else if (!client.config().isAutoRead()) {
      adjustReading(); // the pipeline may have been full
    }
  }

  /// Symmetric back-pressure: a side that cannot be written stops reading from the other.
  void adjustReading() {
    ServerLink server = link;
    if (server == null || !server.isOpen()) {
      return;
    }
    boolean readClient = !input.holding() && server.channel().isWritable() && !pending.full();
    if (client.config().isAutoRead() != readClient) {
      client.config().setAutoRead(readClient);
    }
    boolean readServer = client.isWritable();
    if (server.channel().config().isAutoRead() != readServer) {
      server.channel().config().setAutoRead(readServer);
    }
  }

  void serverLost(ServerLink lost, String why) {
    if (phase == Phase.CLOSED || lost != link) {
      return;
    }
    if (move.serverLost(lost)) {
      return;
    }
    if (input.terminated() || lost.endedWithError() || !lost.betweenMessages()) {
      closeClient();
      return;
    }
    fail(BackendError.fatal(SqlState.CONNECTION_FAILURE, "server " + lost.address() + " " + why));
  }

  boolean closedForMe() {
    return shard.gateClosed() && !move.released();
  }

  boolean connected() {
    return phase == Phase.RELAY || phase == Phase.LOGIN || phase == Phase.CONNECTING;
  }

  boolean loggingIn() {
    return phase == Phase.LOGIN || phase == Phase.CONNECTING;
  }

  /// Whether an operation that needs silence must wait for this session.
  boolean busy() {
    if (startup.replication()) {
      return false; // it streams for ever; nobody waits for its end
    }
    return loggingIn()
        || (phase == Phase.RELAY && !(pending.atBoundary() && input.atMessageStart()));
  }

  boolean inLogin() {
    return phase == Phase.LOGIN;
  }

  boolean closed() {
    return phase == Phase.CLOSED;
  }

  boolean relaying() {
    return phase == Phase.RELAY;
  }

  void gateCloses() {
    move.gateCloses();
  }

  void gateOpens() {
    move.gateOpens();
    retry();
    drip();
  }

  /// The session goes on with another server.
  void adopt(ServerLink arrived) {
    ServerLink old = link;
    link = arrived;
    if (old != null && old.isOpen()) {
      ByteBuf bye = client.alloc().buffer(8);
      FrontendMessages.terminate(bye);
      var _ = old.channel().write(bye);
      Farewell.closeAfterFlush(old.channel());
    }
    client.flush();
    drip();
  }

  /// The connection that a cancel request is meant for; null when nothing runs.
  @Nullable ServerLink runningLink() {
    ServerLink server = link;
    boolean running =
        phase == Phase.RELAY && !move.conversing() && (pending.owed() > 0 || pending.inBatch());
    return server != null && server.isOpen() && running ? server : null;
  }

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
    Farewell.closeAfterFlush(client);
    end();
  }

  /// Ends the session; the client has left or is being told.
  void end() {
    if (phase == Phase.CLOSED) {
      return;
    }
    if (phase == Phase.WAITING) {
      LoopCounters.add(counters().waiting, -1);
    }
    phase = Phase.CLOSED;
    limit.stop();
    input.release();
    if (key != null) {
      hub.cancelDesk().forget(key);
    }
    move.sessionEnds();
    ServerLink server = link;
    if (server != null && input.terminated()) {
      Farewell.closeAfterFlush(server.channel());
    } else if (server != null) {
      server.close();
    }
    shard.remove(this);
    hub.dismiss();
  }

  EventLoop loop() {
    return shard.loop();
  }

  SessionHub hub() {
    return hub;
  }

  LoopCounters counters() {
    return shard.counters();
  }

  PendingAnswers pending() {
    return pending;
  }

  LoginObserver observer() {
    return observer;
  }

  ServerParameters parameters() {
    return parameters;
  }

  StartupRequest.Startup startup() {
    return startup;
  }

  SessionMove move() {
    return move;
  }

  @Nullable ServerLink link() {
    return link;
  }
}
