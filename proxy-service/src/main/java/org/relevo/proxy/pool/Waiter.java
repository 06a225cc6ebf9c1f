package org.relevo.proxy.pool;

import org.relevo.proxy.wire.BackendError;

/// Somebody who asked for a server connection and is known by identity. Calls come on the shard's
/// loop, exactly one of them, and not before [PoolShard#acquire] has returned null. After
/// [PoolShard#withdraw] none comes.
///
/// A call may come from within another session's [PoolShard#release].
public interface Waiter<C extends PooledConnection> {
  void granted(C connection);

  /// @param error for the client: 53300 past the deadline, the server's own error, 08006, …
  void refused(BackendError error);

  /// The pool's server is being taken out of use; an owner that may use another server asks there.
  ///
  /// @param error for the client, if there is nowhere else to ask
  default void drained(BackendError error) {
    refused(error);
  }

  /// Who it is, for lists of waiters; no secrets.
  default String label() {
    return "";
  }
}
