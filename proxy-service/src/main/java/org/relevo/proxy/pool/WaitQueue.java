package org.relevo.proxy.pool;

import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/// Waiters of a shard, first come first served; leaving from the middle costs no search. Owner: the
/// shard's event loop.
final class WaitQueue<C extends PooledConnection> {
  /// One place in the queue.
  static final class Place<C extends PooledConnection> {
    final Waiter<C> waiter;
    final long sinceNs;
    private @Nullable Place<C> before;
    private @Nullable Place<C> after;

    Place(Waiter<C> waiter, long sinceNs) {
      this.waiter = waiter;
      this.sinceNs = sinceNs;
    }

    @Nullable Place<C> after() {
      return after;
    }
  }

  private final IdentityHashMap<Waiter<C>, Place<C>> places = new IdentityHashMap<>();
  private @Nullable Place<C> head;
  private @Nullable Place<C> tail;

  boolean isEmpty() {
    return head == null;
  }

  int size() {
    return places.size();
  }

  @Nullable Place<C> head() {
    return head;
  }

  void add(Waiter<C> waiter, long nowNs) {
    Place<C> place = new Place<>(waiter, nowNs);
    if (places.putIfAbsent(waiter, place) != null) {
      throw new IllegalStateException("waiter is in the queue already: " + waiter.label());
    }
    place.before = tail;
    if (tail == null) {
      head = place;
    } else {
      tail.after = place;
    }
    tail = place;
  }

  /// Takes out whoever came first, if anybody.
  @Nullable Place<C> poll() {
    Place<C> first = head;
    if (first != null) {
      remove(first.waiter);
    }
    return first;
  }

  boolean remove(Waiter<C> waiter) {
    Place<C> place = places.remove(waiter);
    if (place == null) {
      return false;
    }
    if (place.before == null) {
      head = place.after;
    } else {
      place.before.after = place.after;
    }
    if (place.after == null) {
      tail = place.before;
    } else {
      place.after.before = place.before;
    }
    return true;
  }
}
