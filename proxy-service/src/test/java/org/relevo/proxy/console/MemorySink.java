package org.relevo.proxy.console;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.relevo.proxy.wire.FrontendMessages;

/// A client in memory: keeps what was sent, and runs the loop's tasks when told.
final class MemorySink implements ConsoleSink {
  /// One message of the service.
  record Message(char tag, String body) {
    /// The SQLSTATE of an ErrorResponse.
    String sqlState() {
      int at = body.indexOf("\0C");
      return body.substring(at + 2, body.indexOf('\0', at + 2));
    }
  }

  final Deque<Runnable> tasks = new ArrayDeque<>();
  final List<Message> received = new ArrayList<>();
  boolean writable = true;
  boolean reading = true;
  boolean closed;
  int largestWrite;

  @Override
  public ByteBufAllocator alloc() {
    return PooledByteBufAllocator.DEFAULT;
  }

  @Override
  public void write(ByteBuf messages) {
    largestWrite = Math.max(largestWrite, messages.readableBytes());
    while (messages.isReadable()) {
      char tag = (char) messages.readByte();
      int length = messages.readInt() - 4;
      received.add(
          new Message(tag, messages.readCharSequence(length, StandardCharsets.ISO_8859_1) + ""));
    }
    messages.release();
  }

  @Override
  public boolean writable() {
    return writable;
  }

  @Override
  public Executor loop() {
    return tasks::add;
  }

  @Override
  public void reading(boolean wanted) {
    reading = wanted;
  }

  @Override
  public void close() {
    closed = true;
  }

  /// Runs what the loop has to do.
  void turn() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  /// Gives a session what the writer writes, and forgets what came before.
  void send(ConsoleSession session, Consumer<ByteBuf> writer) {
    received.clear();
    ByteBuf bytes = alloc().buffer();
    writer.accept(bytes);
    session.input(bytes);
    bytes.release();
    turn();
  }

  void query(ConsoleSession session, String sql) {
    send(session, out -> FrontendMessages.query(out, sql));
  }

  /// The tags of what came.
  String tags() {
    StringBuilder tags = new StringBuilder();
    received.forEach(message -> tags.append(message.tag()));
    return tags.toString();
  }

  Message last(char tag) {
    return received.stream()
        .filter(message -> message.tag() == tag)
        .reduce((_, later) -> later)
        .orElseThrow(() -> new AssertionError("no '" + tag + "' in " + tags()));
  }
}
