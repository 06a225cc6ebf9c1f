package org.relevo.proxy.pool;

import io.netty.channel.EventLoop;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a pool needs to know of a server connection. Owner: the event loop that it is on.
public interface PooledConnection {
  /// Whether it is open, logged in, at rest and free of anything of its last client.
  boolean usable();

  /// Says goodbye and closes; [PoolShard#closed] follows, maybe before this returns.
  void close(String reason);

  /// Clients or transactions it has served.
  long uses();

  /// Moves the connection, which must be at rest, to another event loop.
  ///
  /// @param done on the new loop, once; false when the connection was lost on the way, which is the
  ///   same as [PoolShard#closed]
  void moveTo(EventLoop loop, Consumer<Boolean> done);

  /// Asks the server for a sign of life; the connection is at rest and lent to nobody meanwhile.
  ///
  /// @param done on the connection's loop, once and in bounded time: whether the server has
  ///   answered. After false the pool closes the connection.
  void check(Consumer<Boolean> done);

  /// Whether it must be asked for a sign of life before it serves, however short it was idle.
  default boolean doubtful() {
    return false;
  }

  /// What was last given to [#slot(PoolSlot)].
  @Nullable PoolSlot<?> slot();

  /// Keeps the pool's own notes about this connection; a plain field will do.
  void slot(PoolSlot<?> slot);
}
