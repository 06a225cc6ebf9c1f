package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.pool.ConnectionOpener;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.server.Closing;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.StartupRequest;

/// One client in the replication protocol: a connection to the primary that is nobody else's, and
/// bytes in both directions as they come. It ends when either side ends.
///
/// Owner: event loop of the client channel.
final class ReplicationRelay implements ConnectionOpener.Result<ServerConnection> {
  /// Before the server answers, a client has nothing to say.
  private static final int MAX_EARLY_BYTES = 65_536;

  private final SessionHub hub;
  private final LoopShard shard;
  private final Channel client;
  private final StartupRequest.Startup startup;
  private @Nullable Channel server;
  private @Nullable ByteBuf early;
  private boolean ended;

  ReplicationRelay(
      SessionHub hub, LoopShard shard, Channel client, StartupRequest.Startup startup) {
    this.hub = hub;
    this.shard = shard;
    this.client = client;
    this.startup = startup;
  }

  void begin() {
    Optional<NodeView> primary = hub.views().current().primaryNode();
    if (primary.isEmpty()) {
      failed(BackendError.fatal(SqlState.CANNOT_CONNECT_NOW, "there is no primary server"));
      return;
    }
    PoolKey key = new PoolKey(primary.get().id(), startup.database(), startup.user());
    hub.opener().open(key, parameters(), shard.loop(), this);
  }

  private Map<String, String> parameters() {
    Map<String, String> more = new LinkedHashMap<>();
    startup
        .parameters()
        .forEach((name, value) -> {
          boolean ours = name.equals("user") || name.equals("database");
          if (!ours && !name.startsWith("_pq_.")) {
            more.put(name, value);
          }
        });
    return more;
  }

  @Override
  public void opened(ServerConnection connection) {
    if (ended) {
      connection.close("its client has left");
      return;
    }
    Channel to = connection.channel();
    server = to;
    to.pipeline().addLast(new FromServer());
    to.pipeline().remove(connection);
    ByteBuf out = client.alloc().buffer(512);
    BackendMessages.authenticationOk(out);
    connection
        .reported()
        .values()
        .forEach((name, value) -> BackendMessages.parameterStatus(out, name, value));
    CancelKey servers = connection.cancelKey();
    int processId = servers == null ? shard.nextProcessId() : servers.processId();
    BackendMessages.backendKeyData(out, hub.cancelDesk().newKey(processId, startup.minor() >= 2));
    BackendMessages.readyForQuery(out, 'I');
    var _ = client.writeAndFlush(out);
    ByteBuf waiting = early;
    early = null;
    if (waiting != null) {
      var _ = to.writeAndFlush(waiting);
    }
    adjustReading();
  }

  @Override
  public void failed(BackendError error) {
    if (ended) {
      return;
    }
    LoopCounters.add(shard.counters().refused, 1);
    ByteBuf out = client.alloc().buffer();
    error.asFatal().writeTo(out);
    var _ = client.write(out);
    Closing.afterFlush(client);
    end();
  }

  /// Takes the buffer over.
  void fromClient(ByteBuf in) {
    LoopCounters.add(shard.counters().bytesFromClients, in.readableBytes());
    Channel to = server;
    if (ended) {
      in.release();
    } else if (to != null) {
      var _ = to.write(in, to.voidPromise());
    } else {
      early = early == null ? client.alloc().buffer() : early;
      early.writeBytes(in);
      in.release();
      if (early.readableBytes() > MAX_EARLY_BYTES) {
        failed(
            BackendError.fatal(
                SqlState.PROTOCOL_VIOLATION, "too many bytes before the server is ready"));
      }
    }
  }

  void clientReadComplete() {
    Channel to = server;
    if (to != null) {
      to.flush();
    }
  }

  /// A side that cannot be written stops reading from the other.
  void adjustReading() {
    Channel to = server;
    if (to != null && !ended) {
      client.config().setAutoRead(to.isWritable());
      to.config().setAutoRead(client.isWritable());
    }
  }

  /// The client has left, or is being told why it must.
  void end() {
    if (ended) {
      return;
    }
    ended = true;
    if (early != null) {
      early.release();
      early = null;
    }
    Channel to = server;
    if (to != null) {
      Closing.afterFlush(to);
    }
    hub.dismiss();
  }

  /// What the server says goes to the client.
  private final class FromServer extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf in = (ByteBuf) message;
      LoopCounters.add(shard.counters().bytesToClients, in.readableBytes());
      var _ = client.write(in, client.voidPromise());
      if (!client.isWritable()) {
        adjustReading();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      client.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      adjustReading();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (!ended) {
        Closing.afterFlush(client);
        end();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close(); // reset by the peer
    }
  }
}
