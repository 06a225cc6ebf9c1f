package org.relevo.proxy.pool;

import org.jspecify.annotations.Nullable;

/// A pool's notes about one server connection, from the start of its opening to its end. It holds
/// one set of permits of [PoolLimits] all that time.
///
/// ```
/// OPENING ─→ IDLE ⇄ GIVEN          IDLE ⇄ CHECKING      IDLE → MOVING → IDLE of another shard
///    └──────── each of them ─→ CLOSING ─→ CLOSED
/// ```
///
/// Owner: the event loop of its shard; while MOVING, that of the shard it goes to.
public final class PoolSlot<C extends PooledConnection> {
  enum State {
    OPENING,
    IDLE,
    CHECKING,
    GIVEN,
    MOVING,
    CLOSING,
    CLOSED
  }

  PoolShard<C> shard;
  State state = State.OPENING;

  /// Of [SharedPool#generation] when the opening began; an older one is closed when it is free.
  final int generation;

  /// 0 to 1, spread evenly: how much of the tolerance of its life time is taken off.
  final double jitter;

  /// Whether it is being closed because a limit was lowered.
  boolean leaving;

  long openedNs;
  long idleSinceNs;

  /// The shard of another pool for which this one is closed.
  @Nullable PoolShard<C> evictedFor;

  // Neighbours in the shard's IdleStack.
  @Nullable PoolSlot<C> newer;
  @Nullable PoolSlot<C> older;

  private @Nullable C connection;

  PoolSlot(PoolShard<C> shard, int generation, double jitter) {
    this.shard = shard;
    this.generation = generation;
    this.jitter = jitter;
  }

  C connection() {
    C held = connection;
    if (held == null) {
      throw new IllegalStateException("connection is still being opened");
    }
    return held;
  }

  void opened(C opened, long nowNs) {
    if (state != State.OPENING || connection != null) {
      throw new IllegalStateException("opened twice");
    }
    connection = opened;
    openedNs = nowNs;
    opened.slot(this);
  }

  @SuppressWarnings("unchecked") // a pool's connections carry slots of that pool only
  static <C extends PooledConnection> PoolSlot<C> of(C connection) {
    PoolSlot<?> slot = connection.slot();
    if (slot == null) {
      throw new IllegalArgumentException("connection of no pool");
    }
    return (PoolSlot<C>) slot;
  }

  /// Whether it is closed as soon as it is free, as it was opened before the last renewal. On its
  /// loop.
  public boolean closeNeeded() {
    return generation != shard.shared.generation();
  }

  /// The connection has ended, idle or given out. On its loop; a second call does nothing.
  public void connectionEnded() {
    shard.ended(this);
  }
}
