package org.relevo.proxy.server;

import io.netty.buffer.ByteBuf;

/// Reads whole messages of a server instead of the client: login, survey, arrival at a new server.
public interface Conversation {
  /// @param frame the message with its header; valid during the call
  void message(byte tag, ByteBuf frame);

  /// The server connection ended or spoke nonsense before the conversation did.
  void lost(String why);

  /// A message without its header.
  static byte[] body(ByteBuf frame) {
    byte[] body = new byte[frame.readableBytes() - 5];
    frame.getBytes(frame.readerIndex() + 5, body);
    return body;
  }
}
