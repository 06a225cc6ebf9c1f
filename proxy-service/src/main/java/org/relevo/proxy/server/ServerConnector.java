package org.relevo.proxy.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.time.Duration;

/// Opens connections to servers on a given loop.
@FunctionalInterface
public interface ServerConnector {
  ChannelFuture connect(
      EventLoop loop, String host, int port, Duration timeout, ChannelHandler handler);
}
