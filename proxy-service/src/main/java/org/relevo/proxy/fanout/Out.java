package org.relevo.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Messages that are put together before they are sent.
///
/// Owner: the session's thread, until [#take].
final class Out {
  private ByteBuf buffer = Unpooled.buffer(512);

  int size() {
    return buffer.readableBytes();
  }

  boolean isEmpty() {
    return !buffer.isReadable();
  }

  /// Everything so far; the caller owns it.
  ByteBuf take() {
    ByteBuf all = buffer;
    buffer = Unpooled.buffer(512);
    return all;
  }

  /// Forgets what was put behind this size.
  void cut(int size) {
    buffer.writerIndex(buffer.readerIndex() + size);
  }

  void clear() {
    buffer.clear();
  }

  Out frame(Frame frame) {
    return frame(frame.tag(), frame.body());
  }

  Out frame(byte tag, byte[] body) {
    buffer.writeByte(tag).writeInt(body.length + 4).writeBytes(body);
    return this;
  }

  Out empty(char tag) {
    buffer.writeByte(tag).writeInt(4);
    return this;
  }

  /// @param text of a Query, in the client's encoding
  Out query(byte[] text) {
    buffer.writeByte('Q').writeInt(text.length + 5).writeBytes(text).writeByte(0);
    return this;
  }

  Out parse(byte[] name, byte[] text, int[] types) {
    buffer.writeByte('P').writeInt(4 + name.length + 1 + text.length + 1 + 2 + 4 * types.length);
    string(name).string(text);
    buffer.writeShort(types.length);
    for (int type : types) {
      buffer.writeInt(type);
    }
    return this;
  }

  /// Binds text values to the portal of this name.
  Out bind(byte[] portal, byte[] statement, List<byte[]> values) {
    int length = 4 + portal.length + 1 + statement.length + 1 + 2 + 2 + 2;
    for (byte[] value : values) {
      length += 4 + value.length;
    }
    buffer.writeByte('B').writeInt(length);
    string(portal).string(statement);
    buffer.writeShort(0).writeShort(values.size());
    for (byte[] value : values) {
      buffer.writeInt(value.length).writeBytes(value);
    }
    buffer.writeShort(0);
    return this;
  }

  Out execute(byte[] portal) {
    buffer.writeByte('E').writeInt(4 + portal.length + 1 + 4);
    string(portal);
    buffer.writeInt(0);
    return this;
  }

  /// @param what S for a statement, P for a portal
  Out close(char what, byte[] name) {
    buffer.writeByte('C').writeInt(4 + 1 + name.length + 1).writeByte(what);
    return string(name);
  }

  Out sync() {
    return empty('S');
  }

  Out ready(char status) {
    buffer.writeByte('Z').writeInt(5).writeByte(status);
    return this;
  }

  Out complete(String tag) {
    byte[] text = tag.getBytes(StandardCharsets.US_ASCII);
    buffer.writeByte('C').writeInt(5 + text.length);
    return string(text);
  }

  ByteBuf buffer() {
    return buffer;
  }

  private Out string(byte[] text) {
    buffer.writeBytes(text).writeByte(0);
    return this;
  }
}
