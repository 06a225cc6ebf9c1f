package org.relevo.proxy.pool;

import org.jspecify.annotations.Nullable;

/// The part of one pool that lives on one event loop: its idle connections and its queue.
///
/// Owner: its event loop.
public abstract class PoolShard<C extends PooledConnection> {
  /// Gives an idle connection at once, or puts the waiter in the queue.
  public abstract @Nullable C acquire(Waiter<C> waiter);

  /// Takes a waiter out of the queue; does nothing when it is not there.
  public abstract void withdraw(Waiter<C> waiter);

  /// Gives a connection back; one that is not usable is closed.
  public abstract void release(C connection);

  /// A connection of this shard, idle or given out, has ended.
  public abstract void closed(C connection);
}
