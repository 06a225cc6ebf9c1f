package org.relevo.proxy.console;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.StartupParser;
import org.relevo.proxy.wire.StartupRequest;

/// Serves the console on a socket: everybody is let in, `boss` may act, all others may look.
final class ConsoleListener implements AutoCloseable {
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Map<Integer, ConsoleSession> sessions = new ConcurrentHashMap<>();
  private final ConsoleSource source;
  private final Channel channel;

  ConsoleListener(ConsoleSource source) {
    this.source = source;
    this.channel =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childOption(
                io.netty.channel.ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(16 * 1024, 32 * 1024))
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel client) {
                    client.pipeline().addLast(new Client());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 5, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
  }

  /// One client: its start-up, then its session. Owner: its event loop.
  private final class Client extends ChannelInboundHandlerAdapter implements ConsoleSink {
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf startup;
    private @Nullable ConsoleSession session;
    private int number;

    private ChannelHandlerContext context() {
      return java.util.Objects.requireNonNull(context);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
      context = added;
      startup = added.alloc().buffer();
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      try {
        if (session != null) {
          session.input(bytes);
        } else {
          java.util.Objects.requireNonNull(startup).writeBytes(bytes);
          startUp(startup);
        }
      } finally {
        bytes.release();
      }
    }

    private void startUp(ByteBuf bytes) {
      switch (StartupParser.parse(bytes)) {
        case StartupRequest.Incomplete _ -> {
          // more will come
        }
        case StartupRequest.SslRequest _, StartupRequest.GssEncRequest _ -> {
          var _ = context().writeAndFlush(context().alloc().buffer().writeByte('N'));
          startUp(bytes);
        }
        case StartupRequest.Cancel(CancelKey key) -> {
          ConsoleSession target = sessions.get(key.processId());
          if (target != null) {
            target.cancel();
          }
          var _ = context().close();
        }
        case StartupRequest.Startup login -> {
          number = sessions.size() + 1;
          ConsoleRole role = login.user().equals("boss") ? ConsoleRole.ADMIN : ConsoleRole.STATS;
          ConsoleSession begun =
              new ConsoleSession(this, source, new Viewer(login.user(), role, "test"));
          session = begun;
          sessions.put(number, begun);
          begun.welcome(new CancelKey(number, ByteString.copyOf(new byte[4])));
          begun.input(bytes);
        }
        case StartupRequest.OtherVersion _, StartupRequest.Malformed _ -> {
          var _ = context().close();
        }
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ignored) {
      if (session != null) {
        session.writabilityChanged();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ignored) {
      if (session != null) {
        session.closed();
      }
      java.util.Objects.requireNonNull(startup).release();
    }

    @Override
    public ByteBufAllocator alloc() {
      return context().alloc();
    }

    @Override
    public void write(ByteBuf messages) {
      var _ = context().writeAndFlush(messages);
    }

    @Override
    public boolean writable() {
      return context().channel().isWritable();
    }

    @Override
    public Executor loop() {
      return context().executor();
    }

    @Override
    public void reading(boolean wanted) {
      context().channel().config().setAutoRead(wanted);
    }

    @Override
    public void close() {
      var _ = context().close();
    }
  }
}
