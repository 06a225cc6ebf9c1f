package org.relevo.proxy.pool;

import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.wire.BackendError;

/// Watches a shard's times by one coarse tick, which runs only while there is something to watch:
/// deadlines of waiters, ends of idle and life times, the minimum of warm connections.
///
/// Owner: the shard's event loop.
final class Care<C extends PooledConnection> {
  static final long WAITERS_NS = TimeUnit.MILLISECONDS.toNanos(100);
  static final long IDLE_NS = TimeUnit.SECONDS.toNanos(1);

  private final PoolShard<C> shard;
  private final Pools<C> pools;
  private @Nullable ScheduledFuture<?> next;
  private long nextNs;
  private boolean waited;

  Care(PoolShard<C> shard) {
    this.shard = shard;
    this.pools = shard.pools;
  }

  void watchWaiters(long now) {
    waited = true;
    long wait = shard.shared.settings.queryWait().toNanos();
    tickWithin(wait > 0 ? Math.min(wait, WAITERS_NS) : WAITERS_NS, now);
  }

  void watchIdle(long now) {
    if (next == null && shard.idle.size() > 0) {
      tickWithin(IDLE_NS, now);
    }
  }

  void watchMinimum(long now) {
    if (next == null && shard.shared.belowMinimum()) {
      tickWithin(WAITERS_NS, now);
    }
  }

  private void tickWithin(long delayNs, long now) {
    if (next != null) {
      if (nextNs <= now + delayNs) {
        return;
      }
      next.cancel(false);
    }
    nextNs = now + delayNs;
    next = pools.later(shard.loop, this::tick, delayNs);
  }

  private void tick() {
    next = null;
    long now = pools.now();
    try {
      refuseLate(now);
      shard.idle.sweep(now);
      shard.supply.warm(now);
    } finally {
      again(now); // whatever a waiter throws when it is told
    }
  }

  private void again(long now) {
    boolean soon = waited;
    waited = false;
    if (!shard.queue.isEmpty()) {
      shard.wake();
      watchWaiters(now);
    } else if (soon) {
      tickWithin(WAITERS_NS, now); // a queue that comes and goes keeps the short rhythm
    } else if (shard.idle.size() > 0 || shard.shared.belowMinimum()) {
      tickWithin(IDLE_NS, now);
    }
  }

  private void refuseLate(long now) {
    long most = shard.shared.settings.queryWait().toNanos();
    if (most <= 0) {
      return;
    }
    for (WaitQueue.Place<C> head = shard.queue.head();
        head != null && now - head.sinceNs >= most;
        head = shard.queue.head()) {
      int queued = shard.queue.size();
      shard.queue.poll();
      shard.publishQueue();
      shard.counts.timeouts.add(1);
      head.waiter.refused(late(now - head.sinceNs, queued));
    }
  }

  /// Whoever is refused has waited longest here: the queue is served in order.
  private BackendError late(long waitedNs, int queued) {
    PoolLimits.Share share = shard.shared.share;
    PoolKey key = share.key;
    String text =
        ("no server connection became free: pool of database \"%s\", user \"%s\" on %s,"
                + " waited %d ms at position 1 of %d, %d of %d connections open")
            .formatted(
                key.database(),
                key.user(),
                key.node(),
                TimeUnit.NANOSECONDS.toMillis(waitedNs),
                queued,
                share.taken(),
                share.size());
    String hint =
        "The queue waited for \"%s\"; \"query_wait_timeout\" ends the wait."
            .formatted(shard.supply.blockedBy());
    return BackendError.fatal(SqlState.TOO_MANY_CONNECTIONS, text).withHint(hint);
  }
}
