package org.relevo.proxy.auth;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.Executor;

/// The service's answers to a server's authentication requests, up to AuthenticationOk. Owner: the
/// event loop of the server connection.
public interface ServerLogin {
  /// An authentication request (`R`) without its header.
  void message(byte[] body);

  /// The connection ended; nothing is told to the peer afterwards.
  void cancel();

  /// The server's side of it; calls come on the loop.
  interface Peer {
    Executor loop();

    ByteBufAllocator alloc();

    /// Sends whole messages; takes the buffer over and flushes.
    void send(ByteBuf messages);

    /// The server has said AuthenticationOk, and has proven itself where the method asks for that.
    void authenticated();

    /// This login cannot succeed.
    void failed(String reason);
  }
}
