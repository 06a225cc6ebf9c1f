package org.relevo.proxy.server;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Who holds a server connection: gets its bytes and its end. Calls come on the connection's loop.
public interface Tenant {
  /// Answers for the client, whole or in pieces; takes the buffer over, does not flush.
  void fromServer(ByteBuf in);

  /// An ErrorResponse with its header; takes the buffer over.
  ///
  /// @param note of the message that it answers
  void errorFromServer(ByteBuf frame, @Nullable Note note);

  /// The answer to a message that was spared is due now.
  void spared(byte kind);

  /// The server has reported another value of a setting; the message goes to the client.
  void reported(String name);

  /// ReadyForQuery has been passed on.
  void ready(byte status);

  /// All that has been read was passed on.
  void serverReadComplete();

  void serverWritabilityChanged();

  /// The connection is gone; it need not be given back.
  void serverLost(String why);
}
