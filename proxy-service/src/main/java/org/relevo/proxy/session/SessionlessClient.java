package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;

/// A client that has logged in and has no session: it is served in another way.
///
/// Owner: event loop of the client channel.
public interface SessionlessClient {
  void begin();

  /// Takes the buffer over.
  void fromClient(ByteBuf in);

  /// All that was read has been given to [#fromClient].
  default void clientReadComplete() {}

  void writabilityChanged();

  /// The client has left.
  void end();
}
