package org.relevo.proxy.training;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// One message of the protocol, read and written without haste.
final class Frame {
  /// Nobody here says more at once.
  private static final int MOST_BYTES = 1 << 20;

  private final byte tag;
  private final byte[] body;

  private Frame(byte tag, byte[] body) {
    this.tag = tag;
    this.body = body;
  }

  byte tag() {
    return tag;
  }

  static Frame read(DataInputStream in) throws IOException {
    byte tag = in.readByte();
    return new Frame(tag, untagged(in));
  }

  /// A start-up packet, or the body of a message whose tag has been read.
  static byte[] untagged(DataInputStream in) throws IOException {
    int length = in.readInt() - Integer.BYTES;
    if (length < 0 || length > MOST_BYTES) {
      throw new IOException("message of " + length + " bytes");
    }
    return in.readNBytes(length);
  }

  static void write(DataOutputStream out, char tag, byte... body) throws IOException {
    out.writeByte(tag);
    out.writeInt(Integer.BYTES + body.length);
    out.write(body);
  }

  static void write(DataOutputStream out, char tag, String body) throws IOException {
    write(out, tag, body.getBytes(StandardCharsets.UTF_8));
  }

  /// The string that ends with the first zero byte from a place on.
  String string(int from) {
    int end = from;
    while (end < body.length && body[end] != 0) {
      end++;
    }
    return new String(body, from, end - from, StandardCharsets.UTF_8);
  }
}
