package org.relevo.proxy.pool;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// What happened in a shard so far. Written by the shard's event loop alone, without fences; read
/// from any thread, a moment late.
final class ShardCounts {
  final Count grants = new Count();
  final Count waits = new Count();
  final Count waitNs = new Count();
  final Count longestWaitNs = new Count();
  final Count timeouts = new Count();
  final Count opened = new Count();
  final Count failedOpenings = new Count();
  final Count moved = new Count();
  final Count active = new Count();
  final Count idle = new Count();
  final Count opening = new Count();
  final Count waiting = new Count();
  private final Map<CloseReason, Count> closed = new EnumMap<>(CloseReason.class);

  ShardCounts() {
    for (CloseReason reason : CloseReason.values()) {
      closed.put(reason, new Count());
    }
  }

  void closed(CloseReason reason) {
    closedFor(reason).add(1);
  }

  Count closedFor(CloseReason reason) {
    Count count = closed.get(reason);
    if (count == null) {
      throw new IllegalStateException("no count for " + reason);
    }
    return count;
  }

  void waited(long ns) {
    waits.add(1);
    waitNs.add(ns);
    longestWaitNs.set(Math.max(longestWaitNs.get(), ns));
  }

  /// Adds what a shard has seen that is no more.
  void absorb(ShardCounts other) {
    grants.add(other.grants.get());
    waits.add(other.waits.get());
    waitNs.add(other.waitNs.get());
    longestWaitNs.set(Math.max(longestWaitNs.get(), other.longestWaitNs.get()));
    timeouts.add(other.timeouts.get());
    opened.add(other.opened.get());
    failedOpenings.add(other.failedOpenings.get());
    moved.add(other.moved.get());
    for (CloseReason reason : CloseReason.values()) {
      closedFor(reason).add(other.closedFor(reason).get());
    }
  }

  /// One number with one writer.
  static final class Count {
    private final AtomicLong value = new AtomicLong();

    void add(long more) {
      value.setOpaque(value.getPlain() + more);
    }

    void set(long now) {
      value.setOpaque(now);
    }

    long get() {
      return value.getOpaque();
    }
  }
}
