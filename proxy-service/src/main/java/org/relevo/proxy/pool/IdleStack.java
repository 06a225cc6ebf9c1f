package org.relevo.proxy.pool;

import org.jspecify.annotations.Nullable;

/// Idle connections of a shard, linked through their slots: the newest serves next since it is warm
/// in every cache, the oldest is the one that can be spared. Owner: the shard's event loop.
final class IdleStack<C extends PooledConnection> {
  private @Nullable PoolSlot<C> newest;
  private @Nullable PoolSlot<C> oldest;
  private int size;

  @Nullable PoolSlot<C> newest() {
    return newest;
  }

  @Nullable PoolSlot<C> oldest() {
    return oldest;
  }

  int size() {
    return size;
  }

  void push(PoolSlot<C> slot) {
    slot.state = PoolSlot.State.IDLE;
    slot.older = newest;
    slot.newer = null;
    if (newest == null) {
      oldest = slot;
    } else {
      newest.newer = slot;
    }
    newest = slot;
    size++;
  }

  void remove(PoolSlot<C> slot) {
    if (slot.newer == null) {
      newest = slot.older;
    } else {
      slot.newer.older = slot.older;
    }
    if (slot.older == null) {
      oldest = slot.newer;
    } else {
      slot.older.newer = slot.newer;
    }
    slot.newer = null;
    slot.older = null;
    size--;
  }
}
