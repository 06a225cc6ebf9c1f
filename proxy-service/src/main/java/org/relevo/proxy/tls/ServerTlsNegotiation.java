package org.relevo.proxy.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.config.SslMode;

/// Asks a server for encryption: SSLRequest, one byte `S` or `N`, handshake. A server that says
/// anything else, or more than one byte, is not trusted with anything; what it said is not shown,
/// for it may come from anybody (CVE-2024-10977).
///
/// Owner: event loop of the server's channel. Leaves the pipeline when the promise is done.
final class ServerTlsNegotiation extends ChannelInboundHandlerAdapter {
  private static final int SSL_REQUEST = 80_877_103;

  private final String server;
  private final SslMode mode;
  private final Supplier<SslHandler> handlers;
  private final Promise<Secured> done;
  private @Nullable ScheduledFuture<?> limit;
  private boolean answered;

  ServerTlsNegotiation(
      String server, SslMode mode, Supplier<SslHandler> handlers, Promise<Secured> done) {
    this.server = server;
    this.mode = mode;
    this.handlers = handlers;
    this.done = done;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ByteBuf request = context.alloc().buffer(8).writeInt(8).writeInt(SSL_REQUEST);
    int limitMs = context.channel().config().getConnectTimeoutMillis();
    limit =
        context
            .executor()
            .schedule(
                () -> fail(context, "no answer within " + limitMs + " ms"),
                limitMs,
                TimeUnit.MILLISECONDS);
    var _ =
        context
            .writeAndFlush(request)
            .addListener(sent -> {
              if (!sent.isSuccess()) {
                fail(context, "cannot be sent: " + Reasons.of(sent.cause()));
              }
            });
    context.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (done.isDone() || answered) {
      in.release();
      fail(context, "the server sent data before the end of the handshake");
      return;
    }
    int count = in.readableBytes();
    byte answer = count > 0 ? in.getByte(in.readerIndex()) : 0;
    in.release();
    if (count == 0) {
      return;
    }
    answered = true;
    if (count > 1 || (answer != 'S' && answer != 'N')) {
      fail(context, "the server answered something else than S or N");
    } else if (answer == 'S') {
      handshake(context);
    } else if (mode == SslMode.PREFER) {
      succeed(context, Secured.PLAIN);
    } else {
      fail(context, "the server offers no encryption; turn it on there (ssl = on)");
    }
  }

  private void handshake(ChannelHandlerContext context) {
    SslHandler handler = handlers.get();
    // One limit for request and handshake together: ours.
    handler.setHandshakeTimeoutMillis(0);
    handler
        .handshakeFuture()
        .addListener(result -> {
          if (!result.isSuccess()) {
            fail(context, Reasons.of(result.cause()));
            return;
          }
          try {
            succeed(context, new Secured(true, ServerTls.endPoint(handler)));
          } catch (ServerTlsException e) {
            fail(context, String.valueOf(e.getMessage()));
          }
        });
    context.pipeline().addFirst(handler);
  }

  private void succeed(ChannelHandlerContext context, Secured secured) {
    cancelLimit();
    if (!context.isRemoved()) {
      context.pipeline().remove(this);
    }
    done.trySuccess(secured);
  }

  private void fail(ChannelHandlerContext context, String reason) {
    cancelLimit();
    done.tryFailure(
        new ServerTlsException(
            "%s: no encrypted connection (backend_sslmode = %s): %s"
                .formatted(server, mode, reason)));
    var _ = context.close();
  }

  private void cancelLimit() {
    if (limit != null) {
      limit.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(context, "the server closed the connection");
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(context, Reasons.of(cause));
  }
}
