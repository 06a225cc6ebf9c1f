package org.relevo.proxy.pool;

import java.util.concurrent.TimeUnit;

/// Who gets a connection that has become free. Pure.
final class ShardDecision {
  /// A sibling's first waiter must have waited this much longer, beyond twice as long, than ours: a
  /// hand-over costs a move between loops.
  static final long SIBLING_MARGIN_NS = TimeUnit.MILLISECONDS.toNanos(5);

  /// The same for another pool, for which the connection must be closed and a new one opened.
  static final long OTHER_POOL_MARGIN_NS = TimeUnit.SECONDS.toNanos(1);

  /// Nobody waits.
  static final long NOBODY = -1;

  enum Choice {
    OWN,
    SIBLING,
    OTHER_POOL,
    KEEP
  }

  private ShardDecision() {}

  /// @param ownNs how long the shard's first waiter has waited, or [#NOBODY]
  /// @param siblingNs the longest waiting head among other shards of the pool that are short
  /// @param otherNs the same of other pools that the end of this connection would help; [#NOBODY]
  ///   also when the pool is at its minimum
  static Choice choose(long ownNs, long siblingNs, long otherNs) {
    long ours = Math.max(ownNs, siblingNs);
    if (ours == NOBODY) {
      return otherNs == NOBODY ? Choice.KEEP : Choice.OTHER_POOL;
    }
    if (otherNs > 2 * ours + OTHER_POOL_MARGIN_NS) {
      return Choice.OTHER_POOL;
    }
    if (ownNs == NOBODY) {
      return Choice.SIBLING;
    }
    return siblingNs > 2 * ownNs + SIBLING_MARGIN_NS ? Choice.SIBLING : Choice.OWN;
  }
}
