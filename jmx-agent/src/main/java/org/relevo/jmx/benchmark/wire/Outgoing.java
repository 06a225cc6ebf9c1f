package org.relevo.jmx.benchmark.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Messages to the server, in a buffer that grows.
///
/// Owner: the session's job.
final class Outgoing {
  private static final int FIRST_BYTES = 4 * 1024;
  private static final int LENGTH_BYTES = 4;

  private ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST_BYTES);
  private int began;

  boolean isEmpty() {
    return buffer.position() == 0;
  }

  /// Begins a message; its length is filled in by [#end].
  Outgoing begin(char type) {
    ensure(1 + LENGTH_BYTES);
    buffer.put((byte) type);
    began = buffer.position();
    buffer.putInt(0);
    return this;
  }

  void end() {
    buffer.putInt(began, buffer.position() - began);
  }

  Outgoing bytes(byte[] bytes) {
    ensure(bytes.length);
    buffer.put(bytes);
    return this;
  }

  Outgoing text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  Outgoing zero() {
    ensure(1);
    buffer.put((byte) 0);
    return this;
  }

  Outgoing int16(int value) {
    ensure(Short.BYTES);
    buffer.putShort((short) value);
    return this;
  }

  Outgoing int32(int value) {
    ensure(Integer.BYTES);
    buffer.putInt(value);
    return this;
  }

  /// A number's digits, without making a text of it.
  Outgoing digits(long value) {
    if (value == Long.MIN_VALUE) {
      return text(Long.toString(value));
    }
    ensure(20);
    long rest = Math.abs(value);
    if (value < 0) {
      buffer.put((byte) '-');
    }
    int count = digitCount(rest);
    int end = buffer.position() + count;
    for (int at = end - 1; at >= end - count; at--) {
      buffer.put(at, (byte) ('0' + rest % 10));
      rest /= 10;
    }
    buffer.position(end);
    return this;
  }

  static int digitCount(long positive) {
    int count = 1;
    for (long rest = positive; rest >= 10; rest /= 10) {
      count++;
    }
    return count;
  }

  /// @return whether everything is on its way
  boolean flush(Wire wire) throws IOException {
    buffer.flip();
    try {
      wire.write(buffer);
    } finally {
      buffer.compact();
    }
    return isEmpty();
  }

  void clear() {
    buffer.clear();
  }

  private void ensure(int bytes) {
    if (buffer.remaining() < bytes) {
      int size = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
      ByteBuffer larger = ByteBuffer.allocateDirect(size);
      buffer.flip();
      larger.put(buffer);
      buffer = larger;
    }
  }
}
