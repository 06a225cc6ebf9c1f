package org.relevo.proxy.pool;

import io.netty.channel.EventLoop;
import java.util.function.Consumer;

/// What a pool needs to know of a server connection. Owner: the event loop that it is on.
public interface PooledConnection {
  /// Whether it is open, logged in, at rest and free of anything of its last client.
  boolean usable();

  /// Says goodbye and closes; [PoolShard#closed] follows.
  void close(String reason);

  /// Clients or transactions it has served.
  long uses();

  /// Moves the connection, which must be at rest, to another event loop.
  ///
  /// @param done on the new loop; false when the connection was lost on the way
  void moveTo(EventLoop loop, Consumer<Boolean> done);
}
