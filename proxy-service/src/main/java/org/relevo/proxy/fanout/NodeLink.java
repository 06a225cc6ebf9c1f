package org.relevo.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.server.Closing;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrameCutter;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;

/// A session's connection to one node.
///
/// Owner: the session's thread; the channel's handler methods belong to its event loop and only
/// queue what comes.
final class NodeLink extends ChannelInboundHandlerAdapter {
  /// A statement on the main node may wait for locks as long as PostgreSQL lets it.
  private static final long FOR_EVER = 0;

  /// Whose an answer is that will come.
  private enum Due {
    NOBODY,
    CLIENT,
    READY
  }

  private final BackendId node;
  private final String host;
  private final Channel channel;
  private final @Nullable CancelKey cancelKey;
  private final Inbox inbox = new Inbox();
  private final FrameCutter cutter;
  private final Out out = new Out();
  private final Map<String, byte[]> prepared = new HashMap<>();
  private final Deque<Due> due = new ArrayDeque<>();
  private byte status = 'I';
  private int ownAnswers;
  private volatile @Nullable Consumer<Frame> idle;

  NodeLink(ServerConnection connection) {
    this.node = connection.node().id();
    this.host = connection.node().host();
    this.channel = connection.channel();
    this.cancelKey = connection.cancelKey();
    this.cutter = new FrameCutter(channel.alloc(), FanoutLimits.MAX_MESSAGE_BYTES);
  }

  BackendId node() {
    return node;
  }

  String host() {
    return host;
  }

  Channel channel() {
    return channel;
  }

  @Nullable CancelKey cancelKey() {
    return cancelKey;
  }

  boolean isOpen() {
    return channel.isActive() && !inbox.hasEnded();
  }

  /// Transaction status of the last ReadyForQuery.
  byte status() {
    return status;
  }

  /// What is put together for it.
  Out out() {
    return out;
  }

  /// What is prepared there, by name.
  Map<String, byte[]> prepared() {
    return prepared;
  }

  /// A message was put together whose answer is for nobody.
  void own() {
    due.add(Due.NOBODY);
  }

  /// A message was put together whose answer is for the client.
  void asked() {
    due.add(Due.CLIENT);
  }

  /// What was put together ends with a message that a ReadyForQuery answers.
  void asksReady() {
    due.add(Due.READY);
  }

  /// What was put together has an answer of its own, up to a ReadyForQuery, that is for nobody; it
  /// comes before all others.
  void ownAnswer() {
    ownAnswers++;
    due.add(Due.READY);
  }

  /// Sends what was put together.
  void send() {
    if (!out.isEmpty()) {
      var _ = channel.writeAndFlush(out.take());
    }
  }

  /// Sends data of a COPY, as fast as the node takes it.
  ///
  /// @param limitNs most to wait; 0 for ever
  void sendSlowly(long limitNs) throws LinkLostException, InterruptedException {
    send();
    try {
      inbox.awaitWritable(channel, limitNs);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  private LinkLostException lost(IOException cause) {
    LinkLostException lost = new LinkLostException(node, String.valueOf(cause.getMessage()));
    lost.initCause(cause);
    return lost;
  }

  /// What comes while nobody asks goes here; null while somebody does.
  void idle(@Nullable Consumer<Frame> to) {
    idle = to;
  }

  /// What has come while nobody asked and was not passed on.
  @Nullable Frame leftover() {
    return inbox.poll(channel);
  }

  /// Reads an answer up to its ReadyForQuery, or to the point where data of a COPY is expected.
  ///
  /// @param sink gets what is for the client, ReadyForQuery left out
  Answer read(Consumer<Frame> sink) throws LinkLostException, InterruptedException {
    return read(sink, FOR_EVER);
  }

  /// @param limitNs for each message; 0 for ever
  Answer read(Consumer<Frame> sink, long limitNs) throws LinkLostException, InterruptedException {
    while (ownAnswers > 0) {
      ownAnswers--;
      Answer begun = one(_ -> {}, limitNs);
      if (begun.failed()) {
        // What follows fails too, with less to tell.
        Answer rest = one(_ -> {}, limitNs);
        BackendError why = begun.error();
        if (why != null) {
          rest.failed(why);
          sink.accept(ErrorFrames.of(why));
        }
        return begun;
      }
    }
    return one(sink, limitNs);
  }

  private Answer one(Consumer<Frame> sink, long limitNs)
      throws LinkLostException, InterruptedException {
    Answer answer = new Answer();
    while (true) {
      Frame frame = take(limitNs);
      switch (frame.tag()) {
        case Tags.READY_FOR_QUERY -> {
          status = frame.body().length == 1 ? frame.body()[0] : (byte) 'I';
          answer.ready(status);
          while (!due.isEmpty() && due.remove() != Due.READY) {
            // an error has skipped it
          }
          return answer;
        }
        case '1', '2', '3', 'n', 'T' -> {
          if (!isOwn()) {
            sink.accept(frame);
          }
        }
        case 'C', 'I', 's' -> {
          if (!isOwn()) {
            answer.tag(frame.tag() == 'C' ? frame.nameAt(0) : String.valueOf((char) frame.tag()));
            sink.accept(frame);
          }
        }
        case Tags.ERROR_RESPONSE -> {
          answer.failed(BackendError.read(frame.body()));
          sink.accept(frame);
        }
        case Tags.COPY_IN_RESPONSE -> {
          answer.copyIn();
          sink.accept(frame);
          return answer;
        }
        default -> sink.accept(frame);
      }
    }
  }

  /// Whether the answer is to a message of the session's own. A RowDescription of a simple query
  /// answers no message.
  private boolean isOwn() {
    Due next = due.peek();
    if (next == null || next == Due.READY) {
      return false;
    }
    due.remove();
    return next == Due.NOBODY;
  }

  private Frame take(long limitNs) throws LinkLostException, InterruptedException {
    Frame frame;
    try {
      frame = inbox.take(channel, limitNs);
    } catch (IOException e) {
      throw lost(e);
    }
    if (frame == null) {
      throw new LinkLostException(node, "has not answered for " + limitNs / 1_000_000 + " ms");
    }
    return frame;
  }

  /// Says goodbye.
  void close() {
    if (channel.isActive()) {
      var _ = channel.write(new Out().empty('X').take());
      Closing.afterFlush(channel);
    }
    inbox.end("was closed");
  }

  /// Ends it without a word.
  void abort() {
    var _ = channel.close();
    inbox.end("was given up");
  }

  // ------------------------------------------------------------------ event loop

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      cutter.add(in);
      while (cutter.hasMessage()) {
        Frame frame = Frames.of(cutter.next());
        Consumer<Frame> passed = idle;
        if (passed != null && isAsynchronous(frame.tag())) {
          passed.accept(frame);
        } else {
          inbox.add(channel, frame);
        }
      }
      inbox.wake();
    } catch (WireException e) {
      inbox.end(String.valueOf(e.getMessage()));
      var _ = context.close();
    } finally {
      in.release();
    }
  }

  static boolean isAsynchronous(byte tag) {
    return tag == Tags.NOTIFICATION_RESPONSE
        || tag == Tags.NOTICE_RESPONSE
        || tag == Tags.PARAMETER_STATUS;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    inbox.wake();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    inbox.end("closed the connection");
    cutter.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    inbox.end(String.valueOf(cause.getMessage()));
    var _ = context.close();
  }

  @Override
  public String toString() {
    return "NodeLink[" + node + " " + (char) status + "]";
  }
}
