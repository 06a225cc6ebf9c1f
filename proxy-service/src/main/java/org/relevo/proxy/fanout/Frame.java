package org.relevo.proxy.fanout;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A whole message. Not changed once made; no record, because its bytes are compared by nobody.
final class Frame {
  private final byte tag;
  private final byte[] body;

  /// @param body without header; taken over
  Frame(byte tag, byte[] body) {
    this.tag = tag;
    this.body = body;
  }

  byte tag() {
    return tag;
  }

  /// Not to be changed.
  byte[] body() {
    return body;
  }

  int bytes() {
    return body.length + 5;
  }

  /// The string that begins at this place, as bytes.
  byte[] stringAt(int from) {
    int end = from;
    while (end < body.length && body[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(body, Math.min(from, body.length), end);
  }

  /// The string that begins at this place; bytes as characters.
  String nameAt(int from) {
    return new String(stringAt(from), StandardCharsets.ISO_8859_1);
  }

  int int32(int at) {
    return at + 4 > body.length
        ? 0
        : (body[at] & 0xFF) << 24
            | (body[at + 1] & 0xFF) << 16
            | (body[at + 2] & 0xFF) << 8
            | (body[at + 3] & 0xFF);
  }

  int int16(int at) {
    return at + 2 > body.length ? 0 : (body[at] & 0xFF) << 8 | (body[at + 1] & 0xFF);
  }

  @Override
  public String toString() {
    return "Frame[" + (char) tag + " " + body.length + "]";
  }
}
