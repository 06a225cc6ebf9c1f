package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Deadline;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrontendMessages;

/// Brings one cancel request to a server, encrypted as sessions are: connects, secures, sends, and
/// waits for the server to close, for only then has it acted. Until the end the session keeps the
/// server connection, so that the request cannot meet another client's statement; one whose server
/// has not acted within [#LIMIT_MS] serves nobody else.
///
/// Owner: event loop of the session.
final class CancelDelivery extends ChannelInboundHandlerAdapter {
  static final long LIMIT_MS = 10_000;

  private final Session session;
  private final Lease lease;
  private final ServerConnection server;
  private final CancelKey key;
  private final Runnable whenEnded;
  private final Deadline limit;
  private @Nullable Channel channel;
  private boolean sent;
  private boolean ended;

  /// @param server runs the statement
  /// @param whenEnded runs once, delivered or not
  CancelDelivery(Session session, ServerConnection server, CancelKey key, Runnable whenEnded) {
    this.session = session;
    this.lease = session.lease();
    this.server = server;
    this.key = key;
    this.whenEnded = whenEnded;
    this.limit = new Deadline(session.loop());
  }

  void begin() {
    lease.cancelBegins();
    limit.start(LIMIT_MS, this::giveUp);
    var _ =
        session
            .hub()
            .connector()
            .connect(
                session.loop(),
                server.node().host(),
                server.node().port(),
                session.hub().settings().connectTimeout(),
                this)
            .addListener(
                (ChannelFutureListener)
                    connected -> {
                      if (connected.isSuccess() && !ended) {
                        secure(connected.channel());
                      } else {
                        var _ = connected.channel().close();
                        end();
                      }
                    });
  }

  private void secure(Channel open) {
    channel = open;
    session
        .hub()
        .security()
        .secure(server.node(), open)
        .addListener(secured -> {
          if (secured.isSuccess() && !ended) {
            ask(open);
          } else {
            var _ = open.close();
          }
        });
  }

  private void ask(Channel open) {
    CancelGuard guard = session.hub().cancelGuard();
    if (guard.equals(CancelGuard.NONE) || !server.toPrimary()) {
      send(open);
      return;
    }
    var _ =
        guard
            .mayCancel(server.node().id(), key.processId())
            .thenAcceptAsync(
                may -> {
                  if (may) {
                    send(open);
                  } else {
                    var _ = open.close();
                  }
                },
                session.loop());
  }

  /// Nothing that began after the statement that was meant is cancelled on another's behalf.
  @SuppressWarnings("ReferenceEquality") // the question is whether it is the same connection
  private void send(Channel open) {
    if (ended || session.running() != server) {
      var _ = open.close();
      return;
    }
    ByteBuf request = open.alloc().buffer();
    FrontendMessages.cancelRequest(request, key);
    sent = true;
    var _ = open.writeAndFlush(request).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  /// What has not left by now must not arrive later; what has left may still do so.
  private void giveUp() {
    if (sent) {
      server.spoil();
    }
    Channel open = channel;
    if (open != null) {
      open.config().setOption(ChannelOption.SO_LINGER, 0);
      var _ = open.close();
    }
    end();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelUnregistered(ChannelHandlerContext context) {
    end();
  }

  /// A reset, or TLS that ends without farewell: the server has closed.
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }

  private void end() {
    if (!ended) {
      ended = true;
      limit.stop();
      lease.cancelEnds();
      whenEnded.run();
    }
  }
}
