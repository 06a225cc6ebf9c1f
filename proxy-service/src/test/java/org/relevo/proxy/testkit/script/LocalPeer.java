package org.relevo.proxy.testkit.script;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One end of a connection in this process, at the scripted side: keeps what comes until it is
/// taken, so that the proxy is never called from within itself.
final class LocalPeer extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(LocalPeer.class);
  private static final int[] PIECES = {1, 7, 40, 300, 100_000};

  private final ByteBuf inbox = Unpooled.buffer();
  private @Nullable Channel channel;
  private boolean closed;

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    inbox.discardReadBytes().writeBytes(bytes);
    bytes.release();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    closed = true;
  }

  boolean hasInput() {
    return inbox.isReadable();
  }

  boolean closed() {
    return closed;
  }

  byte[] take(Random random) {
    return piece(inbox, random);
  }

  /// Sends a piece of it.
  void send(ByteBuf from, Random random) {
    if (channel != null && !closed) {
      LOG.debug("{} bytes to send", from.readableBytes());
      var _ = channel.writeAndFlush(channel.alloc().buffer().writeBytes(piece(from, random)));
    }
  }

  void close() {
    closed = true;
    if (channel != null) {
      var _ = channel.close();
    }
  }

  private static byte[] piece(ByteBuf from, Random random) {
    int most = PIECES[random.nextInt(PIECES.length)];
    return ByteBufUtil.getBytes(
        from.readSlice(Math.min(from.readableBytes(), 1 + random.nextInt(most))));
  }
}
