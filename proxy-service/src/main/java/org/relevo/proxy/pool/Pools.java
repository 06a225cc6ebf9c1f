package org.relevo.proxy.pool;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.wire.BackendError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All pools of the service. Thread-safe; [#shard] is for the loop's own thread.
///
/// A pool that nobody has used for a while and that has no connection is forgotten with its counts:
/// the names of databases and users come from clients.
public final class Pools<C extends PooledConnection> {
  private static final Logger LOG = LoggerFactory.getLogger(Pools.class);

  static final long FORGET_NS = TimeUnit.MINUTES.toNanos(10);

  final ConnectionOpener<C> opener;
  final PoolLimits<Supply<C>> limits;

  private final LongSupplier clock;
  private final long originNs;
  private final EventLoop[] loops;
  private final IdentityHashMap<EventLoop, LoopPools<C>> byLoop = new IdentityHashMap<>();
  private final ConcurrentHashMap<PoolKey, SharedPool<C>> pools = new ConcurrentHashMap<>();
  private final AtomicBoolean forgetting = new AtomicBoolean();
  private volatile PoolPolicy policy;

  /// One loop's shards. Owner: the loop.
  private record LoopPools<C extends PooledConnection>(
      int index, HashMap<PoolKey, PoolShard<C>> shards) {}

  public Pools(
      Collection<? extends EventLoop> loops,
      ConnectionOpener<C> opener,
      PoolPolicy policy,
      LimitSettings limits) {
    this(loops, opener, policy, limits, System::nanoTime);
  }

  /// @param clock nanoseconds, as the loops' own timers count them
  public Pools(
      Collection<? extends EventLoop> loops,
      ConnectionOpener<C> opener,
      PoolPolicy policy,
      LimitSettings limits,
      LongSupplier clock) {
    this.loops = loops.toArray(EventLoop[]::new);
    this.opener = opener;
    this.policy = policy;
    this.limits = new PoolLimits<>(limits);
    this.clock = clock;
    originNs = clock.getAsLong();
    for (int i = 0; i < this.loops.length; i++) {
      byLoop.put(this.loops[i], new LoopPools<>(i, new HashMap<>()));
    }
  }

  /// Nanoseconds since the start, above zero.
  long now() {
    return clock.getAsLong() - originNs + 1;
  }

  /// The shard of a pool on a loop, made when there is none. On that loop.
  public PoolShard<C> shard(EventLoop loop, PoolKey key) {
    assert loop.inEventLoop();
    LoopPools<C> mine = byLoop.get(loop);
    if (mine == null) {
      throw new IllegalArgumentException("not a loop of the pools");
    }
    PoolShard<C> known = mine.shards().get(key);
    return known != null ? known : create(mine, loop, key);
  }

  private PoolShard<C> create(LoopPools<C> mine, EventLoop loop, PoolKey key) {
    List<PoolShard<C>> made = new ArrayList<>(1);
    pools.compute(
        key,
        (same, known) -> {
          SharedPool<C> shared =
              known != null
                  ? known
                  : new SharedPool<>(
                      key, policy.settings(key.database(), key.user()), loops.length);
          PoolShard<C> shard = new PoolShard<>(this, shared, loop, mine.index());
          shared.attach(mine.index(), shard);
          made.add(shard);
          return shared;
        });
    PoolShard<C> shard = made.getFirst();
    mine.shards().put(key, shard);
    forgetLater(loop);
    return shard;
  }

  private void forgetLater(EventLoop loop) {
    if (forgetting.compareAndSet(false, true)) {
      ScheduledFuture<?> _ = later(loop, () -> forgetUnused(loop), FORGET_NS);
    }
  }

  private void forgetUnused(EventLoop loop) {
    for (SharedPool<C> shared : pools.values()) {
      if (shared.unusedSinceLastAsked()) {
        shared.forEachShard(shard -> shard.post(() -> forget(shard)));
      }
    }
    forgetting.set(false);
    if (!pools.isEmpty()) {
      forgetLater(loop);
    }
  }

  /// Server connections of a node that somebody holds.
  public int active(BackendId node) {
    int active = 0;
    for (Map.Entry<PoolKey, SharedPool<C>> entry : pools.entrySet()) {
      if (entry.getKey().node().equals(node)) {
        active += entry.getValue().active();
      }
    }
    return active;
  }

  private void forget(PoolShard<C> shard) {
    LoopPools<C> mine = byLoop.get(shard.loop);
    if (mine != null && shard.retireIfQuiet()) {
      mine.shards().remove(shard.key(), shard);
      pools.computeIfPresent(
          shard.key(), (key, shared) -> shared.detach(shard.loopIndex, shard) ? null : shared);
    }
  }

  /// Applies other settings and limits to all pools at once; connections beyond a lowered limit are
  /// closed when they are free.
  public void apply(PoolPolicy newPolicy, LimitSettings newLimits) {
    policy = newPolicy;
    limits.apply(newLimits);
    for (PoolKey key : pools.keySet()) {
      pools.computeIfPresent(
          key,
          (same, shared) -> {
            shared.settings = newPolicy.settings(key.database(), key.user());
            limits.resize(shared.share, Math.max(1, shared.settings.size()));
            return shared;
          });
    }
    pools.values().forEach(shared -> shared.forEachShard(s -> s.post(() -> refresh(s))));
  }

  private void refresh(PoolShard<C> shard) {
    long now = now();
    shard.idle.sweep(now);
    shard.wake();
    shard.care.watchIdle(now);
    shard.care.watchMinimum(now);
  }

  /// Takes a server out of use: idle connections are closed now, those that clients hold when they
  /// are given back, and whoever waits is told by [Waiter#drained]. Later requests open connections
  /// again: who must not use the server is for its callers to know.
  public void drain(BackendId node, String reason) {
    BackendError error =
        BackendError.fatal(SqlState.ADMIN_SHUTDOWN, node + " is being taken out of use: " + reason);
    int told = end(key -> key.node().equals(node), (shard, now) -> shard.refuseAll(error, true));
    LOG.info("pool.drained node={} pools={} reason=\"{}\"", node.value(), told, reason);
  }

  /// Opens connections to a server that is about to take the place of another: as many as that one
  /// has, as far as the limits let them be, so that nobody need wait for a login afterwards.
  public void prepare(BackendId from, BackendId to) {
    for (SharedPool<C> shared : pools.values()) {
      PoolKey key = shared.key;
      if (key.node().equals(from)) {
        PoolKey next = new PoolKey(to, key.database(), key.user());
        shared.forEachShard(
            shard -> shard.post(() -> shard(shard.loop, next).supply.prepare(established(shard))));
      }
    }
  }

  /// Connections that clients have, or could have at once.
  static int established(PoolShard<?> shard) {
    return (int) shard.counts.active.get() + shard.idle.size();
  }

  /// Has connections opened anew, as after a change of passwords or roles; waiters go on waiting.
  public void renew(Predicate<PoolKey> which, String reason) {
    int told = end(which, (shard, now) -> shard.wake());
    LOG.info("pool.renewed pools={} reason=\"{}\"", told, reason);
  }

  private int end(Predicate<PoolKey> which, BiConsumer<PoolShard<C>, Long> then) {
    int told = 0;
    for (SharedPool<C> shared : pools.values()) {
      if (which.test(shared.key)) {
        told++;
        shared.renew();
        shared.warm = false;
        shared.forEachShard(shard ->
            shard.post(() -> {
              long now = now();
              shard.idle.sweep(now);
              then.accept(shard, now);
            }));
      }
    }
    return told;
  }

  /// All pools, ordered by their keys; loops are not disturbed.
  public List<PoolSnapshot> snapshots() {
    long now = now();
    return pools.values().stream()
        .map(shared -> shared.snapshot(now))
        .sorted(
            Comparator.comparing((PoolSnapshot s) -> s.key().node())
                .thenComparing(s -> s.key().database())
                .thenComparing(s -> s.key().user()))
        .toList();
  }

  /// Server connections that count for the limits.
  public int open() {
    return limits.total();
  }

  public LimitSettings limits() {
    return limits.settings();
  }

  /// Those who wait, longest first in each pool, collected by tasks on the loops; never completes
  /// when a loop ends meanwhile.
  ///
  /// @param most bound of the answer per pool and loop
  public CompletionStage<List<WaiterSnapshot>> waiters(int most) {
    List<CompletableFuture<List<Waiting>>> answers = new ArrayList<>();
    for (SharedPool<C> shared : pools.values()) {
      shared.forEachShard(shard -> {
        CompletableFuture<List<Waiting>> answer = new CompletableFuture<>();
        answers.add(answer);
        shard.post(() -> answer.complete(waiting(shard, most)));
      });
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(_ -> ranked(answers.stream().flatMap(a -> a.join().stream()).toList()));
  }

  private record Waiting(PoolKey key, String label, int loop, long waitNs) {}

  private List<Waiting> waiting(PoolShard<C> shard, int most) {
    long now = now();
    List<Waiting> found = new ArrayList<>();
    WaitQueue.Place<C> place = shard.queue.head();
    while (place != null && found.size() < most) {
      String label = place.waiter.label();
      found.add(new Waiting(shard.key(), label, shard.loopIndex, now - place.sinceNs));
      place = place.after();
    }
    return found;
  }

  private static List<WaiterSnapshot> ranked(List<Waiting> all) {
    Map<PoolKey, Integer> last = new HashMap<>();
    return all.stream()
        .sorted(Comparator.comparingLong(Waiting::waitNs).reversed())
        .map(w ->
            new WaiterSnapshot(
                w.key(),
                w.label(),
                w.loop(),
                last.merge(w.key(), 1, Integer::sum),
                SharedPool.micros(w.waitNs())))
        .toList();
  }

  /// The shard whose longest idle connection may be closed to make room for a pool.
  @Nullable PoolShard<C> victim(SharedPool<C> beneficiary, PoolLimits.Limit full) {
    PoolShard<C> best = null;
    long since = Long.MAX_VALUE;
    for (SharedPool<C> other : pools.values()) {
      if (other == beneficiary
          || !full.covers(beneficiary.key, other.key)
          || !other.aboveMinimum()) {
        continue;
      }
      PoolShard<C> coldest = other.coldestBut(null);
      long idle = coldest == null ? 0 : coldest.idle.oldestIdleNs();
      if (idle != 0 && idle < since) {
        best = coldest;
        since = idle;
      }
    }
    return best;
  }

  /// The shard of another pool that the end of one of these connections would help.
  @Nullable PoolShard<C> blockedBy(SharedPool<C> shared) {
    if (!limits.anyBlocked()) {
      return null;
    }
    Supply<C> claimant = limits.blockedBy(shared.share);
    return claimant == null ? null : claimant.shard;
  }

  ScheduledFuture<?> later(EventLoop loop, Runnable task, long delayNs) {
    return loop.schedule(task, delayNs, TimeUnit.NANOSECONDS);
  }

  void loopEnded(RejectedExecutionException e) {
    LOG.debug("pool.loop-ended", e);
  }
}
