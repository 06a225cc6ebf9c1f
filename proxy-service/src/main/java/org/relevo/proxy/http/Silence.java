package org.relevo.proxy.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Ends a connection whose request is not there in time, however slowly it trickles in.
///
/// Owner: the channel's loop.
final class Silence extends ChannelInboundHandlerAdapter {
  private final HttpServer server;
  private final long limitMs;
  private @Nullable ScheduledFuture<?> limit;

  Silence(HttpServer server, long limitMs) {
    this.server = server;
    this.limitMs = limitMs;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    restart(context);
  }

  /// A whole request was answered: the next one has its own time.
  void restart(ChannelHandlerContext context) {
    stop();
    limit =
        context
            .executor()
            .schedule(
                () -> {
                  server.refused("slow", context.channel().remoteAddress(), "no request in time");
                  var _ = context.close();
                },
                limitMs,
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    stop();
  }

  private void stop() {
    ScheduledFuture<?> before = limit;
    limit = null;
    if (before != null) {
      before.cancel(false);
    }
  }
}
