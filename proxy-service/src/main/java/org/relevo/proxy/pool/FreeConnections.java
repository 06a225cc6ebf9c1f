package org.relevo.proxy.pool;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A shard's idle connections, and which of them may still serve.
///
/// Owner: the shard's event loop; other threads see since when the longest idle one is so.
final class FreeConnections<C extends PooledConnection> {
  private final PoolShard<C> shard;
  private final SharedPool<C> shared;
  private final IdleStack<C> stack = new IdleStack<>();

  /// Ns of the pools' clock, 0 for none.
  private final AtomicLong oldestIdleNs = new AtomicLong();

  FreeConnections(PoolShard<C> shard) {
    this.shard = shard;
    shared = shard.shared;
  }

  @Nullable PoolSlot<C> newest() {
    return stack.newest();
  }

  @Nullable PoolSlot<C> oldest() {
    return stack.oldest();
  }

  int size() {
    return stack.size();
  }

  void push(PoolSlot<C> slot) {
    stack.push(slot);
    publish();
  }

  void remove(PoolSlot<C> slot) {
    stack.remove(slot);
    publish();
  }

  private void publish() {
    PoolSlot<C> oldest = stack.oldest();
    long since = oldest == null ? 0 : oldest.idleSinceNs;
    if (since == 0) {
      oldestIdleNs.setOpaque(0); // who still sees the old value asks in vain, and asks again
    } else if (since != oldestIdleNs.getPlain()) {
      oldestIdleNs.set(since);
    }
    shard.counts.idle.set(stack.size());
  }

  /// Since when the longest idle connection is so. From any thread.
  long oldestIdleNs() {
    return oldestIdleNs.get();
  }

  @Nullable CloseReason retireReason(PoolSlot<C> slot, long now) {
    if (!slot.connection().usable()) {
      return CloseReason.UNUSABLE;
    }
    CloseReason over =
        OpenDecision.retire(
            shared.settings,
            slot.generation != shared.generation(),
            slot.connection().uses(),
            now - slot.openedNs,
            slot.jitter);
    if (over == null && shard.pools.limits.leaveIfExcess(shared.share)) {
      slot.leaving = true;
      return CloseReason.SHRUNK;
    }
    return over;
  }

  boolean fit(PoolSlot<C> slot) {
    return slot.connection().usable() && slot.generation == shared.generation();
  }

  CloseReason unfitReason(PoolSlot<C> slot) {
    return slot.generation == shared.generation() ? CloseReason.UNUSABLE : CloseReason.DRAINED;
  }

  boolean stale(PoolSlot<C> slot, long now) {
    long delay = shared.settings.checkDelay().toNanos();
    return slot.connection().doubtful() || (delay > 0 && now - slot.idleSinceNs >= delay);
  }

  /// Closes what must not serve again: of an older generation, too old, beyond a lowered limit.
  void sweep(long now) {
    PoolSlot<C> slot = stack.oldest();
    while (slot != null) {
      PoolSlot<C> next = slot.newer;
      CloseReason over = retireReason(slot, now);
      if (over == null && idleForTooLong(slot, now) && shared.aboveMinimum()) {
        over = CloseReason.IDLE;
      }
      if (over != null) {
        remove(slot);
        shard.close(slot, over);
      }
      slot = next;
    }
  }

  private boolean idleForTooLong(PoolSlot<C> slot, long now) {
    long most = shared.settings.idleLife().toNanos();
    return most > 0 && now - slot.idleSinceNs >= most;
  }
}
