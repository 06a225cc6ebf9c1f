package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import org.relevo.proxy.console.ConsoleRole;
import org.relevo.proxy.console.ConsoleSession;
import org.relevo.proxy.console.ConsoleSink;
import org.relevo.proxy.console.Viewer;
import org.relevo.proxy.server.Closing;
import org.relevo.proxy.wire.CancelKey;

/// A client of the administration console, from the end of its authentication to its end.
///
/// Owner: event loop of the client channel.
final class ConsoleClient implements SessionlessClient, ConsoleSink, CancelTarget {
  private final SessionHub hub;
  private final LoopShard shard;
  private final Channel channel;
  private final ConsoleSession session;
  private final CancelKey key;

  /// @param longKey whether the client's protocol allows a cancel key of more than four bytes
  ConsoleClient(
      SessionHub hub,
      LoopShard shard,
      Channel channel,
      String user,
      ConsoleRole role,
      boolean longKey) {
    this.hub = hub;
    this.shard = shard;
    this.channel = channel;
    Viewer viewer = new Viewer(user, role, String.valueOf(channel.remoteAddress()));
    session = new ConsoleSession(this, hub.console(), viewer);
    key = hub.cancelDesk().register(shard.nextProcessId(), longKey, this);
  }

  @Override
  public void begin() {
    session.welcome(key);
  }

  /// Takes the buffer over.
  @Override
  public void fromClient(ByteBuf in) {
    LoopCounters.add(shard.counters().bytesFromClients, in.readableBytes());
    try {
      session.input(in);
    } finally {
      in.release();
    }
  }

  @Override
  public void writabilityChanged() {
    session.writabilityChanged();
  }

  /// The client's cancel request.
  @Override
  public void cancel() {
    session.cancel();
  }

  /// The client has left.
  @Override
  public void end() {
    hub.cancelDesk().forget(key);
    session.closed();
    hub.dismiss();
  }

  @Override
  public ByteBufAllocator alloc() {
    return channel.alloc();
  }

  @Override
  public void write(ByteBuf messages) {
    LoopCounters.add(shard.counters().bytesToClients, messages.readableBytes());
    var _ = channel.writeAndFlush(messages);
  }

  @Override
  public boolean writable() {
    return channel.isWritable();
  }

  @Override
  public EventLoop loop() {
    return shard.loop();
  }

  @Override
  public void reading(boolean wanted) {
    if (channel.config().isAutoRead() != wanted) {
      channel.config().setAutoRead(wanted);
    }
  }

  @Override
  public void close() {
    Closing.afterFlush(channel);
  }
}
