package org.relevo.proxy.fanout;

import io.netty.buffer.ByteBuf;

/// Makes a [Frame] of bytes that an event loop has cut.
final class Frames {
  private Frames() {}

  /// @param message with its header; not kept
  static Frame of(ByteBuf message) {
    byte[] body = new byte[message.readableBytes() - 5];
    message.getBytes(message.readerIndex() + 5, body);
    return new Frame(message.getByte(message.readerIndex()), body);
  }
}
