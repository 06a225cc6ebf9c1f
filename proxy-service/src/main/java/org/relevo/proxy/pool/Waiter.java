package org.relevo.proxy.pool;

import org.relevo.proxy.wire.BackendError;

/// Somebody who asked for a server connection. Calls come on the shard's loop, exactly one of them,
/// and not before [PoolShard#acquire] has returned false.
public interface Waiter<C extends PooledConnection> {
  void granted(C connection);

  /// @param error for the client: 53300 past the deadline, the server's own error, 08006, …
  void refused(BackendError error);
}
