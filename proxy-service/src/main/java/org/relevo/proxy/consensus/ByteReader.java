package org.relevo.proxy.consensus;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads what [ByteWriter] wrote and trusts nothing: every length is checked before it is used.
///
/// Owner: the thread that decodes.
final class ByteReader {
  private final ByteBuffer buffer;

  /// Reads one value.
  @FunctionalInterface
  interface One {
    Object read(ByteReader in) throws MalformedBytesException;
  }

  ByteReader(byte[] bytes) {
    buffer = ByteBuffer.wrap(bytes);
  }

  int u8() throws MalformedBytesException {
    need(1);
    return buffer.get() & 0xFF;
  }

  int u16() throws MalformedBytesException {
    need(2);
    return buffer.getShort() & 0xFFFF;
  }

  int i32() throws MalformedBytesException {
    need(4);
    return buffer.getInt();
  }

  long i64() throws MalformedBytesException {
    need(8);
    return buffer.getLong();
  }

  boolean bool() throws MalformedBytesException {
    int value = u8();
    if (value > 1) {
      throw new MalformedBytesException("no truth value: " + value);
    }
    return value == 1;
  }

  String text() throws MalformedBytesException {
    int length = u16();
    if (length > ByteWriter.MOST_TEXT_BYTES) {
      throw new MalformedBytesException("a text of " + length + " bytes");
    }
    need(length);
    ByteBuffer utf8 = buffer.slice(buffer.position(), length);
    buffer.position(buffer.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedBytesException("a text that is not UTF-8", e);
    }
  }

  /// How many values follow.
  int count(int most) throws MalformedBytesException {
    int count = u16();
    if (count > most) {
      throw new MalformedBytesException("%d values, at most %d".formatted(count, most));
    }
    return count;
  }

  List<Object> all(int most, One one) throws MalformedBytesException {
    int count = count(most);
    List<Object> values = new ArrayList<>(Math.min(count, buffer.remaining()));
    for (int i = 0; i < count; i++) {
      values.add(one.read(this));
    }
    return values;
  }

  /// Everything must have been read.
  void end() throws MalformedBytesException {
    if (buffer.hasRemaining()) {
      throw new MalformedBytesException(buffer.remaining() + " bytes too many");
    }
  }

  private void need(int bytes) throws MalformedBytesException {
    if (buffer.remaining() < bytes) {
      throw new MalformedBytesException("ends too early");
    }
  }
}
