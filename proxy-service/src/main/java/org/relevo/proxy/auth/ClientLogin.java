package org.relevo.proxy.auth;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.Executor;
import org.relevo.proxy.wire.BackendError;

/// One client's login under way. Owner: the client's event loop.
public interface ClientLogin {
  /// A password message (`p`) without its header.
  void message(byte[] body);

  /// The client left or its time is over; nothing is told to the peer afterwards.
  void cancel();

  /// The client's side of it. [#accepted] or [#refused] is called exactly once, on the loop; the
  /// call may come before [Authentication#begin] returns. After [#cancel] none comes.
  interface Peer {
    /// Runs tasks on the client's event loop.
    Executor loop();

    ByteBufAllocator alloc();

    /// Sends whole messages; takes the buffer over and flushes.
    void send(ByteBuf messages);

    /// The role is proven; AuthenticationOk has not been sent.
    ///
    /// @param credentials what to log in to servers with
    void accepted(Credentials credentials);

    /// Tells the client and ends the connection.
    void refused(BackendError error);
  }
}
