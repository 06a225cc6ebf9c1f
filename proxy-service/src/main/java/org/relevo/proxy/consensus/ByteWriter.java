package org.relevo.proxy.consensus;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.BiConsumer;

/// Writes values, big-endian, with the limits that [ByteReader] demands.
///
/// Owner: the thread that encodes.
final class ByteWriter {
  /// Longest text in UTF-8.
  static final int MOST_TEXT_BYTES = 4096;

  private final int mostBytes;
  private ByteBuffer buffer = ByteBuffer.allocate(512);

  /// @param mostBytes of the whole
  ByteWriter(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  byte[] bytes() {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  ByteWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  ByteWriter u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  ByteWriter i32(int value) {
    room(4).putInt(value);
    return this;
  }

  ByteWriter i64(long value) {
    room(8).putLong(value);
    return this;
  }

  ByteWriter bool(boolean value) {
    return u8(value ? 1 : 0);
  }

  /// @throws IllegalArgumentException when it is longer than [#MOST_TEXT_BYTES]
  ByteWriter text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > MOST_TEXT_BYTES) {
      throw new IllegalArgumentException(
          "a text of %d bytes, at most %d".formatted(utf8.length, MOST_TEXT_BYTES));
    }
    u16(utf8.length);
    room(utf8.length).put(utf8);
    return this;
  }

  /// @throws IllegalArgumentException when there are more than `most`
  ByteWriter all(Collection<?> values, int most, BiConsumer<ByteWriter, Object> one) {
    if (values.size() > most) {
      throw new IllegalArgumentException("%d values, at most %d".formatted(values.size(), most));
    }
    u16(values.size());
    values.forEach(value -> one.accept(this, value));
    return this;
  }

  private ByteBuffer room(int bytes) {
    int needed = buffer.position() + bytes;
    if (needed > mostBytes) {
      throw new IllegalArgumentException("more than " + mostBytes + " bytes");
    }
    if (needed > buffer.capacity()) {
      int larger = Math.min(mostBytes, Math.max(needed, 2 * buffer.capacity()));
      buffer = ByteBuffer.allocate(larger).put(buffer.flip());
    }
    return buffer;
  }
}
