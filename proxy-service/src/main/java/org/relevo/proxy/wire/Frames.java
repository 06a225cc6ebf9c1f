package org.relevo.proxy.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// Writes the frame around a message's body.
final class Frames {
  private Frames() {}

  /// @return where the length goes, for [#end]
  static int begin(ByteBuf out, byte tag) {
    out.writeByte(tag);
    int start = out.writerIndex();
    out.writeInt(0);
    return start;
  }

  static void end(ByteBuf out, int start) {
    out.setInt(start, out.writerIndex() - start);
  }

  static void string(ByteBuf out, String text) {
    string(out, text, StandardCharsets.UTF_8);
  }

  static void string(ByteBuf out, String text, Charset charset) {
    out.writeCharSequence(text.replace("\0", ""), charset);
    out.writeByte(0);
  }
}
