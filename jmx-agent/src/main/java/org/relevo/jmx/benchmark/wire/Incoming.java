package org.relevo.jmx.benchmark.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Messages of the server, one after the other. What nobody wants to see is passed over by its
/// length.
///
/// Owner: the session's job.
final class Incoming {
  private static final int FIRST_BYTES = 8 * 1024;
  private static final int HEADER_BYTES = 5;
  private static final int MOST_BYTES = 8 * 1024 * 1024;

  /// Sees messages; which ones it wants to see whole is asked first.
  interface Reader {
    boolean wants(char type);

    /// @param body of a message that was wanted; empty for others
    void message(char type, ByteBuffer body) throws IOException;
  }

  private ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST_BYTES);
  private long toSkip;

  /// Takes what has come, and hands out what is complete.
  void receive(Wire wire, Reader reader) throws IOException {
    int count = wire.read(buffer);
    if (count < 0) {
      throw new EOFException("the server closed the connection");
    }
    if (count == 0) {
      return;
    }
    buffer.flip();
    try {
      handOut(reader);
    } finally {
      buffer.compact();
    }
  }

  void clear() {
    buffer.clear();
    toSkip = 0;
  }

  private void handOut(Reader reader) throws IOException {
    while (true) {
      if (toSkip > 0) {
        int now = (int) Math.min(toSkip, buffer.remaining());
        buffer.position(buffer.position() + now);
        toSkip -= now;
        if (toSkip > 0) {
          return;
        }
      }
      if (buffer.remaining() < HEADER_BYTES) {
        return;
      }
      char type = (char) buffer.get(buffer.position());
      int length = buffer.getInt(buffer.position() + 1);
      if (length < Integer.BYTES) {
        throw new IOException("message '" + type + "' of the server has the length " + length);
      }
      if (reader.wants(type)) {
        if (length >= MOST_BYTES) {
          throw new IOException("message '" + type + "' of the server has the length " + length);
        }
        if (!whole(1 + length)) {
          return;
        }
        int end = buffer.position() + 1 + length;
        ByteBuffer body = buffer.slice(buffer.position() + HEADER_BYTES, length - Integer.BYTES);
        buffer.position(end);
        handOut(reader, type, body);
      } else {
        buffer.position(buffer.position() + HEADER_BYTES);
        toSkip = (long) length - Integer.BYTES;
        reader.message(type, EMPTY);
      }
    }
  }

  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  /// A body that contradicts itself is the server's mistake, and no end of the load generator.
  private static void handOut(Reader reader, char type, ByteBuffer body) throws IOException {
    try {
      reader.message(type, body);
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new IOException("message '" + type + "' of the server is malformed", e);
    }
  }

  private boolean whole(int bytes) {
    if (buffer.remaining() >= bytes) {
      return true;
    }
    if (buffer.capacity() < bytes) {
      ByteBuffer larger = ByteBuffer.allocateDirect(bytes);
      larger.put(buffer);
      larger.flip();
      buffer = larger;
    }
    return false;
  }

  /// The text up to the next zero byte.
  static String text(ByteBuffer body) {
    int begin = body.position();
    while (body.get() != 0) {
      // goes on to the end of the text
    }
    return bytes(body, begin, body.position() - 1 - begin);
  }

  static String bytes(ByteBuffer body, int begin, int length) {
    Objects.checkFromIndexSize(begin, length, body.limit());
    byte[] bytes = new byte[length];
    body.get(begin, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
