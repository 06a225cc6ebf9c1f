package org.relevo.proxy.pool;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the shards of one pool have in common. Thread-safe.
///
/// A shard publishes that it waits before it looks for idle connections of others, and publishes an
/// idle connection before it looks for others that wait; both are volatile, so that at least one of
/// two shards sees the other.
final class SharedPool<C extends PooledConnection> {
  /// Golden ratio: its multiples spread evenly over 0 to 1.
  private static final double SPREAD = 0.618_033_988_749_895;

  final PoolKey key;
  final PoolLimits.Share share;
  final Backoff backoff = new Backoff();

  /// Connections that could serve: being opened, idle, given out, on their way to another loop.
  final AtomicInteger live = new AtomicInteger();

  /// Shards with waiters.
  final AtomicInteger waitingShards = new AtomicInteger();

  volatile PoolSettings settings;

  /// Whether a client has come since the last drain, so that the minimum is kept.
  volatile boolean warm;

  private final AtomicReferenceArray<@Nullable PoolShard<C>> shards;
  private final AtomicInteger generation = new AtomicInteger();
  private final AtomicLong sequence = new AtomicLong();
  private final ShardCounts past = new ShardCounts();
  private volatile long grantsWhenAsked = -1;

  SharedPool(PoolKey key, PoolSettings settings, int loops) {
    this.key = key;
    this.settings = settings;
    share = new PoolLimits.Share(key, Math.max(1, settings.size()));
    shards = new AtomicReferenceArray<>(loops);
  }

  void attach(int loop, PoolShard<C> shard) {
    shards.set(loop, shard);
  }

  /// @return whether this was the last shard
  boolean detach(int loop, PoolShard<C> shard) {
    past.absorb(shard.counts);
    shards.set(loop, null);
    for (int i = 0; i < shards.length(); i++) {
      if (shards.get(i) != null) {
        return false;
      }
    }
    return true;
  }

  int generation() {
    return generation.get();
  }

  /// Connections opened until now are closed as soon as they are free.
  void renew() {
    generation.incrementAndGet();
  }

  double nextJitter() {
    double spread = sequence.incrementAndGet() * SPREAD;
    return spread - Math.floor(spread);
  }

  void forEachShard(Consumer<PoolShard<C>> action) {
    for (int i = 0; i < shards.length(); i++) {
      PoolShard<C> shard = shards.get(i);
      if (shard != null) {
        action.accept(shard);
      }
    }
  }

  /// The shard, other than one, whose idle connection has been idle longest.
  @Nullable PoolShard<C> coldestBut(@Nullable PoolShard<C> one) {
    PoolShard<C> best = null;
    long since = Long.MAX_VALUE;
    for (int i = 0; i < shards.length(); i++) {
      PoolShard<C> shard = shards.get(i);
      long idle = shard == null || shard == one ? 0 : shard.idle.oldestIdleNs();
      if (idle != 0 && idle < since) {
        best = shard;
        since = idle;
      }
    }
    return best;
  }

  /// The shard, other than one, that lacks connections and whose first waiter has waited longest.
  @Nullable PoolShard<C> shortestBut(PoolShard<C> one, long nowNs) {
    PoolShard<C> best = null;
    long since = Long.MAX_VALUE;
    for (int i = 0; i < shards.length(); i++) {
      PoolShard<C> shard = shards.get(i);
      long head = shard == null || shard == one ? 0 : shard.headSinceNs();
      if (shard != null && head != 0 && head < since && shard.lacks(nowNs)) {
        best = shard;
        since = head;
      }
    }
    return best;
  }

  boolean belowMinimum() {
    return warm && share.taken() < Math.min(settings.minimum(), share.size());
  }

  boolean aboveMinimum() {
    return live.get() > settings.minimum();
  }

  boolean quiet() {
    return share.taken() == 0 && waitingShards.get() == 0 && !belowMinimum();
  }

  /// For one caller: asks in turn.
  boolean unusedSinceLastAsked() {
    long[] now = {past.grants.get()};
    forEachShard(shard -> now[0] += shard.counts.grants.get());
    boolean unused = now[0] == grantsWhenAsked && quiet();
    grantsWhenAsked = now[0];
    return unused;
  }

  /// Connections that somebody holds.
  int active() {
    int active = 0;
    for (int i = 0; i < shards.length(); i++) {
      PoolShard<C> shard = shards.get(i);
      active += shard == null ? 0 : (int) shard.counts.active.get();
    }
    return active;
  }

  PoolSnapshot snapshot(long nowNs) {
    ShardCounts sum = new ShardCounts();
    sum.absorb(past);
    long oldest = nowNs;
    int[] now = new int[4];
    for (int i = 0; i < shards.length(); i++) {
      PoolShard<C> shard = shards.get(i);
      if (shard != null) {
        sum.absorb(shard.counts);
        now[0] += (int) shard.counts.active.get();
        now[1] += (int) shard.counts.idle.get();
        now[2] += (int) shard.counts.opening.get();
        now[3] += (int) shard.counts.waiting.get();
        long head = shard.headSinceNs();
        oldest = head == 0 ? oldest : Math.min(oldest, head);
      }
    }
    Map<CloseReason, Long> closed = new EnumMap<>(CloseReason.class);
    for (CloseReason reason : CloseReason.values()) {
      long count = sum.closedFor(reason).get();
      if (count > 0) {
        closed.put(reason, count);
      }
    }
    PoolSettings holds = settings;
    return new PoolSnapshot(
        key,
        holds.mode(),
        share.size(),
        holds.minimum(),
        now[0],
        now[1],
        now[2],
        share.taken(),
        now[3],
        micros(nowNs - oldest),
        sum.grants.get(),
        sum.waits.get(),
        micros(sum.waitNs.get()),
        micros(sum.longestWaitNs.get()),
        sum.timeouts.get(),
        sum.opened.get(),
        sum.failedOpenings.get(),
        sum.moved.get(),
        closed);
  }

  static long micros(long ns) {
    return TimeUnit.NANOSECONDS.toMicros(ns);
  }
}
