package org.relevo.proxy.pool;

import io.netty.channel.EventLoop;
import org.relevo.proxy.wire.BackendError;

/// Opens and logs in a server connection.
public interface ConnectionOpener<C extends PooledConnection> {
  /// Calls back once, on the given loop.
  void open(PoolKey key, EventLoop loop, Result<C> result);

  /// How it ended.
  interface Result<C extends PooledConnection> {
    void opened(C connection);

    /// @param error as a client should see it
    void failed(BackendError error);
  }
}
