package org.relevo.proxy.pool;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How a shard that lacks a connection gets one. Pure.
final class OpenDecision {
  /// A sibling's connection that was idle for so long can be spared; one that is idle for a shorter
  /// time is about to be used again, and asking for it would make both loops take it in turns. It
  /// is also how long a waiter waits for an opening before it takes any idle connection.
  static final long SPARE_NS = TimeUnit.MILLISECONDS.toNanos(100);

  enum Step {
    ASK_SIBLING,
    TAKE_PERMIT,
    LATER
  }

  enum Blocked {
    ASK_SIBLING,
    EVICT,
    WAIT
  }

  private OpenDecision() {}

  /// @param siblingIdleNs longest idle time of a connection of another shard, negative for none
  /// @param backoffNs time until the next opening is allowed, 0 for now
  static Step next(long siblingIdleNs, boolean poolFull, long backoffNs) {
    if (siblingIdleNs >= SPARE_NS || (siblingIdleNs >= 0 && (poolFull || backoffNs > 0))) {
      return Step.ASK_SIBLING;
    }
    return backoffNs > 0 ? Step.LATER : Step.TAKE_PERMIT;
  }

  /// What to do when a limit is full.
  static Blocked blocked(PoolLimits.Limit full, boolean siblingIdle, boolean victim) {
    if (siblingIdle) {
      return Blocked.ASK_SIBLING;
    }
    return victim && full != PoolLimits.Limit.POOL ? Blocked.EVICT : Blocked.WAIT;
  }

  enum Failed {
    REFUSE,
    EVICT,
    RETRY
  }

  /// What a failed opening means for those who wait.
  ///
  /// @param live other connections of the pool, in use, idle or being opened
  /// @param victim whether another pool has an idle connection to the same server
  static Failed failed(String sqlState, int live, boolean victim) {
    if (sqlState.startsWith("28") || sqlState.equals("3D000")) {
      return Failed.REFUSE;
    }
    if (live > 0) {
      return Failed.RETRY;
    }
    return victim && sqlState.equals("53300") ? Failed.EVICT : Failed.REFUSE;
  }

  /// Why a connection that is free must not serve again, or null.
  ///
  /// @param drained whether its generation is over
  static @Nullable CloseReason retire(
      PoolSettings settings, boolean drained, long uses, long ageNs, double jitter) {
    if (drained) {
      return CloseReason.DRAINED;
    }
    if (settings.maxUses() > 0 && uses >= settings.maxUses()) {
      return CloseReason.USES;
    }
    long life = settings.life().toNanos();
    return life > 0 && ageNs >= life - (long) (life * JITTER * jitter) ? CloseReason.LIFE : null;
  }

  /// Part of the life time by which ends are spread.
  private static final double JITTER = 0.2;
}
