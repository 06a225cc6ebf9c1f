package org.relevo.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Closing;
import org.relevo.proxy.session.ClientDoor;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.FrameCutter;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;

/// The client's side: its messages in order, and what goes to it. Of an answer the end is kept
/// until it is known to be true on every node; rows go out before.
///
/// Owner: the session's thread; [#fromClient], [#ended] and [#writabilityChanged] are for the loop.
final class ClientPort {
  private final ClientDoor door;
  private final Channel channel;
  private final Inbox inbox = new Inbox();
  private final FrameCutter cutter;
  private final Out out = new Out();
  private int tail = -1;
  private boolean rowsSent;
  private @Nullable RowLimit limit;

  ClientPort(ClientDoor door) {
    this.door = door;
    this.channel = door.channel();
    this.cutter = new FrameCutter(channel.alloc(), FanoutLimits.MAX_MESSAGE_BYTES);
  }

  // ------------------------------------------------------------------ event loop

  /// Takes the buffer over.
  void fromClient(ByteBuf in) {
    door.received(in.readableBytes());
    try {
      cutter.add(in);
      while (cutter.hasMessage()) {
        inbox.add(channel, Frames.of(cutter.next()));
      }
      inbox.wake();
    } catch (WireException e) {
      inbox.end(String.valueOf(e.getMessage()));
      var _ = channel.close();
    } finally {
      in.release();
    }
  }

  void writabilityChanged() {
    inbox.wake();
  }

  void ended() {
    inbox.end("the client has left");
    cutter.close();
  }

  // ------------------------------------------------------------------ the session's thread

  /// Waits for the next message.
  ///
  /// @throws IOException when the client has left
  Frame take() throws IOException, InterruptedException {
    Frame frame = inbox.take(channel, 0);
    if (frame == null) {
      throw new IOException("no message"); // cannot be without a limit
    }
    return frame;
  }

  /// The next message if it is there.
  @Nullable Frame poll() {
    return inbox.poll(channel);
  }

  boolean hasLeft() {
    return inbox.hasEnded();
  }

  /// Whether rows have gone out, so that what was asked cannot be run a second time in silence.
  boolean rowsSent() {
    return rowsSent;
  }

  /// A statement begins.
  void begin() {
    tail = -1;
    rowsSent = false;
    limit = null;
  }

  /// Of what is passed on from now, rows beyond the limit are kept; null for none.
  void limit(@Nullable RowLimit rows) {
    limit = rows;
  }

  Out out() {
    return out;
  }

  /// A message of an answer.
  void pass(Frame frame) {
    RowLimit rows = limit;
    if (rows == null || !rows.keeps(frame)) {
      put(frame);
    } else if (rows.full()) {
      limit = null;
      rows.give(0, this);
    } else if (frame.tag() == 'C') {
      put(RowLimit.SUSPENDED);
    }
  }

  private void put(Frame frame) {
    switch (frame.tag()) {
      case 'C', 'I', 's' -> tail = out.size();
      case Tags.DATA_ROW, Tags.COPY_DATA -> {
        out.frame(frame);
        if (out.size() > FanoutLimits.FLUSH_BYTES) {
          rowsSent = true;
          sendRows();
        }
        return;
      }
      default -> {}
    }
    out.frame(frame);
  }

  private void sendRows() {
    tail = -1;
    send();
    try {
      inbox.awaitWritable(channel, 0);
    } catch (IOException _) {
      // It has left: what it is owed is dropped, and the next read of its messages says so.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// What the answer says to have ended has not: the error takes its place.
  void insteadOfEnd(BackendError error) {
    if (tail >= 0) {
      out.cut(tail);
      tail = -1;
    }
    fail(error);
  }

  /// Forgets the part of an answer that has not gone out.
  void forget() {
    out.clear();
    tail = -1;
  }

  void fail(BackendError error) {
    out.frame(ErrorFrames.of(error));
  }

  /// Sends all that was passed on.
  void send() {
    if (out.isEmpty() || !channel.isActive()) {
      out.clear();
      return;
    }
    ByteBuf all = out.take();
    int bytes = all.readableBytes();
    door.loop().execute(() -> door.sent(bytes));
    var _ = channel.writeAndFlush(all);
  }

  /// Passes on what comes while the client asks nothing; any thread.
  void passAside(Frame frame) {
    Out one = new Out().frame(frame);
    var _ = channel.writeAndFlush(one.take());
  }

  /// Says why and closes.
  void close(@Nullable BackendError farewell) {
    if (farewell != null && channel.isActive()) {
      out.frame(ErrorFrames.of(farewell.asFatal()));
    }
    send();
    var _ = channel.eventLoop().submit(() -> Closing.afterFlush(channel));
  }
}
