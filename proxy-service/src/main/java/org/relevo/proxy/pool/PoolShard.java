package org.relevo.proxy.pool;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.BackendError;

/// The part of one pool that lives on one event loop: its idle connections and its queue.
///
/// A free connection goes to the shard's first waiter, to another shard of the pool or to another
/// pool as [ShardDecision] says; nobody overtakes the queue. [Supply] gets connections for those
/// who wait, [Care] watches times.
///
/// Owner: its event loop; what others may see is volatile and marked.
public final class PoolShard<C extends PooledConnection> {
  final Pools<C> pools;
  final SharedPool<C> shared;
  final EventLoop loop;
  final int loopIndex;
  final WaitQueue<C> queue = new WaitQueue<>();
  final FreeConnections<C> idle;
  final ShardCounts counts = new ShardCounts();
  final Supply<C> supply;
  final Care<C> care;

  /// Connections of other shards that are promised to this one. From any thread.
  final AtomicInteger inbound = new AtomicInteger();

  /// Connections of other pools that are being closed for this one. From any thread.
  final AtomicInteger evicting = new AtomicInteger();

  // Seen by other threads; ns of the pools' clock, 0 for nobody and none.
  private volatile long headSinceNs;
  private volatile int waiting;

  private final Runnable pump = this::pump;
  private boolean pumpPosted;
  private boolean distributing;

  /// Connections lent to clients.
  private int active;

  /// Removed from the register for lack of use; whoever still holds it is sent to its successor.
  private boolean retired;

  PoolShard(Pools<C> pools, SharedPool<C> shared, EventLoop loop, int loopIndex) {
    this.pools = pools;
    this.shared = shared;
    this.loop = loop;
    this.loopIndex = loopIndex;
    idle = new FreeConnections<>(this);
    supply = new Supply<>(this);
    care = new Care<>(this);
  }

  public PoolKey key() {
    return shared.key;
  }

  /// What holds for this pool now.
  public PoolSettings settings() {
    return shared.settings;
  }

  /// Gives an idle connection at once, or puts the waiter in the queue.
  public @Nullable C acquire(Waiter<C> waiter) {
    assert loop.inEventLoop();
    if (retired) {
      return pools.shard(loop, shared.key).acquire(waiter);
    }
    long now = pools.now();
    if (queue.isEmpty()) {
      PoolSlot<C> slot = idle.newest();
      if (slot != null && idle.fit(slot) && !idle.stale(slot, now)) {
        idle.remove(slot);
        give(slot);
        return slot.connection();
      }
    }
    shared.warm = true;
    queue.add(waiter, now);
    publishQueue();
    wake();
    care.watchWaiters(now);
    return null;
  }

  /// Takes a waiter out of the queue; does nothing when it is not there.
  public void withdraw(Waiter<C> waiter) {
    assert loop.inEventLoop();
    if (queue.remove(waiter)) {
      publishQueue();
      wake();
    } else if (retired) {
      pools.shard(loop, shared.key).withdraw(waiter);
    }
  }

  /// Gives a connection back; one that is not usable is closed. After its end this does nothing.
  public void release(C connection) {
    PoolSlot<C> slot = PoolSlot.of(connection);
    slot.shard.take(slot);
  }

  /// A connection of this shard, idle or given out, has ended. A second call does nothing.
  public void closed(C connection) {
    PoolSlot<C> slot = PoolSlot.of(connection);
    slot.shard.ended(slot);
  }

  private void take(PoolSlot<C> slot) {
    assert loop.inEventLoop();
    if (slot.state == PoolSlot.State.CLOSED || slot.state == PoolSlot.State.CLOSING) {
      return;
    }
    if (slot.state != PoolSlot.State.GIVEN) {
      throw new IllegalStateException("released twice");
    }
    active--;
    counts.active.set(active);
    long now = pools.now();
    slot.idleSinceNs = now;
    offer(slot, now);
  }

  /// A connection is free: it is closed, or serves somebody, or rests.
  void offer(PoolSlot<C> slot, long now) {
    CloseReason over = idle.retireReason(slot, now);
    if (over != null) {
      close(slot, over);
      wakeIfWaiting();
      return;
    }
    idle.push(slot);
    if (!queue.isEmpty() || shared.waitingShards.get() > 0 || pools.limits.anyBlocked()) {
      distribute();
      wakeIfWaiting();
    }
    care.watchIdle(now);
  }

  /// Hands out idle connections as long as somebody waits for one.
  void distribute() {
    if (distributing) {
      return; // called by somebody whom the loop below has just served
    }
    distributing = true;
    try {
      long now = pools.now();
      for (PoolSlot<C> slot = idle.newest(); slot != null; slot = idle.newest()) {
        if (!idle.fit(slot)) {
          idle.remove(slot);
          close(slot, idle.unfitReason(slot));
        } else if (!handOver(slot, now)) {
          break;
        }
      }
    } finally {
      distributing = false;
    }
  }

  private boolean handOver(PoolSlot<C> slot, long now) {
    PoolShard<C> sibling = shared.waitingShards.get() > 0 ? shared.shortestBut(this, now) : null;
    PoolShard<C> other = shared.aboveMinimum() ? pools.blockedBy(shared) : null;
    ShardDecision.Choice choice =
        ShardDecision.choose(
            waited(queue.isEmpty() ? null : this, now), waited(sibling, now), waited(other, now));
    switch (choice) {
      case OWN -> {
        if (idle.stale(slot, now)) {
          return false; // Supply has it checked first
        }
        idle.remove(slot);
        grant(slot, now);
      }
      case SIBLING -> {
        if (sibling != null) {
          sibling.inbound.incrementAndGet();
          moveOldest(sibling);
        }
      }
      case OTHER_POOL -> {
        if (other != null) {
          other.evicting.incrementAndGet();
          evictOldest(other);
        }
      }
      case KEEP -> {
        return false;
      }
    }
    return true;
  }

  private static long waited(@Nullable PoolShard<?> shard, long now) {
    long head = shard == null ? 0 : shard.headSinceNs;
    return head == 0 ? ShardDecision.NOBODY : Math.max(0, now - head);
  }

  private void grant(PoolSlot<C> slot, long now) {
    WaitQueue.Place<C> place = queue.poll();
    if (place == null) {
      throw new IllegalStateException("nobody waits");
    }
    publishQueue();
    give(slot);
    counts.waited(Math.max(0, now - place.sinceNs));
    place.waiter.granted(slot.connection());
  }

  private void give(PoolSlot<C> slot) {
    slot.state = PoolSlot.State.GIVEN;
    active++;
    counts.active.set(active);
    counts.grants.add(1);
  }

  /// Sends the longest idle connection to a shard that has counted it as inbound already.
  void moveOldest(PoolShard<C> target) {
    PoolSlot<C> slot = idle.oldest();
    if (slot == null) {
      throw new IllegalStateException("nothing is idle");
    }
    idle.remove(slot);
    slot.state = PoolSlot.State.MOVING;
    counts.moved.add(1);
    slot.connection().moveTo(target.loop, arrived -> target.arrived(slot, arrived));
  }

  private void arrived(PoolSlot<C> slot, boolean arrived) {
    assert loop.inEventLoop();
    slot.shard = this;
    inbound.decrementAndGet();
    if (arrived) {
      offer(slot, pools.now());
    } else {
      shared.live.decrementAndGet();
      counts.closed(CloseReason.LOST);
      finish(slot);
    }
    wakeIfWaiting();
  }

  /// Closes the longest idle connection for a shard that has counted it as being evicted already.
  void evictOldest(PoolShard<C> beneficiary) {
    PoolSlot<C> slot = idle.oldest();
    if (slot == null) {
      throw new IllegalStateException("nothing is idle");
    }
    idle.remove(slot);
    slot.evictedFor = beneficiary;
    close(slot, CloseReason.EVICTED);
  }

  /// Closes a connection that is in no list; its permits come back when it has ended.
  void close(PoolSlot<C> slot, CloseReason reason) {
    slot.state = PoolSlot.State.CLOSING;
    shared.live.decrementAndGet();
    counts.closed(reason);
    slot.connection().close(reason.text());
  }

  void ended(PoolSlot<C> slot) {
    if (slot.state == PoolSlot.State.MOVING) {
      return; // told by its arrival, on the loop that it goes to
    }
    assert loop.inEventLoop();
    switch (slot.state) {
      case IDLE -> idle.remove(slot);
      case GIVEN -> {
        active--;
        counts.active.set(active);
      }
      case CHECKING -> supply.checkLost();
      case CLOSING -> {
        finish(slot);
        return;
      }
      case OPENING, MOVING, CLOSED -> {
        return;
      }
    }
    shared.live.decrementAndGet();
    counts.closed(CloseReason.LOST);
    finish(slot);
  }

  void finish(PoolSlot<C> slot) {
    slot.state = PoolSlot.State.CLOSED;
    pools.limits.giveBack(shared.share, slot.leaving);
    PoolShard<C> beneficiary = slot.evictedFor;
    if (beneficiary != null) {
      beneficiary.evictionDone();
    }
    wakeIfWaiting();
    care.watchMinimum(pools.now());
  }

  /// From any thread.
  void evictionDone() {
    evicting.decrementAndGet();
    post(this::wake);
  }

  void publishQueue() {
    WaitQueue.Place<C> head = queue.head();
    long since = head == null ? 0 : head.sinceNs;
    long before = headSinceNs;
    waiting = queue.size();
    counts.waiting.set(waiting);
    if (since != before) {
      headSinceNs = since;
      if (before == 0) {
        shared.waitingShards.incrementAndGet();
      } else if (since == 0) {
        shared.waitingShards.decrementAndGet();
      }
    }
  }

  /// Has the queue looked after, soon and not from within a caller's call.
  void wake() {
    if (!pumpPosted) {
      pumpPosted = true;
      post(pump);
    }
  }

  private void wakeIfWaiting() {
    if (!queue.isEmpty()) {
      wake();
    }
  }

  private void pump() {
    pumpPosted = false;
    if (!retired) {
      distribute();
      supply.fill();
    }
  }

  /// Tells all who wait now, and not those who come back by this very call.
  void refuseAll(BackendError error, boolean drained) {
    for (int left = queue.size(); left > 0; left--) {
      WaitQueue.Place<C> place = queue.poll();
      if (place == null) {
        break;
      }
      publishQueue();
      if (drained) {
        place.waiter.drained(error);
      } else {
        place.waiter.refused(error);
      }
    }
    wake();
  }

  /// From any thread. A loop that takes no more tasks is ending with all its connections.
  void post(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      pools.loopEnded(e);
    }
  }

  /// When the first waiter came. From any thread.
  long headSinceNs() {
    return headSinceNs;
  }

  /// From any thread.
  int waiting() {
    return waiting;
  }

  /// Whether an idle connection of a sibling is welcome. A waiter for whom one is being opened
  /// leaves a sibling's alone for a while. From any thread.
  boolean lacks(long now) {
    long head = headSinceNs;
    boolean patient = head != 0 && now - head < OpenDecision.SPARE_NS;
    return waiting - inbound.get() - (patient ? supply.onTheWay() : 0) > 0;
  }

  /// From now on sends whoever still holds it to its successor.
  boolean retireIfQuiet() {
    if (active > 0 || idle.size() > 0 || !queue.isEmpty() || !shared.quiet()) {
      return false;
    }
    supply.forget();
    retired = true;
    return true;
  }
}
