package org.relevo.proxy.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// Closes a channel once all that was written has left, but does not wait for ever for a peer that
/// does not read.
public final class Closing {
  private static final long LIMIT_S = 10;

  private Closing() {}

  public static void afterFlush(Channel channel) {
    channel.writeAndFlush(channel.alloc().buffer(0, 0)).addListener(ChannelFutureListener.CLOSE);
    ScheduledFuture<?> limit =
        channel.eventLoop().schedule(() -> closeNow(channel), LIMIT_S, TimeUnit.SECONDS);
    channel.closeFuture().addListener(_ -> limit.cancel(false));
  }

  private static void closeNow(Channel channel) {
    var _ = channel.close();
  }
}
