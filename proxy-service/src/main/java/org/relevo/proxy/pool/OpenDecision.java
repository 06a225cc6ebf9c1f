package org.relevo.proxy.pool;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How a shard that lacks a connection gets one. Pure.
final class OpenDecision {
  /// A sibling's connection that was idle for so long can be spared; one that is idle for a shorter
  /// time is about to be used again, and asking for it would make both loops take it in turns. It
  /// is also how long a waiter waits for an opening before it takes any idle connection.
  static final long SPARE_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int FIRST_OPENINGS = 1;

  enum Step {
    ASK_SIBLING,
    TAKE_PERMIT,
    LATER,
    /// Once one of those that come up is there.
    AFTER_OTHERS
  }

  enum Blocked {
    ASK_SIBLING,
    EVICT,
    WAIT
  }

  private OpenDecision() {}

  /// @param siblingIdleNs longest idle time of a connection of another shard, negative for none
  /// @param backoffNs time until the next opening is allowed, 0 for now
  /// @param climbing whether as many come up as may at once
  static Step next(long siblingIdleNs, boolean poolFull, long backoffNs, boolean climbing) {
    boolean noneOpens = poolFull || backoffNs > 0 || climbing;
    if (siblingIdleNs >= SPARE_NS || (siblingIdleNs >= 0 && noneOpens)) {
      return Step.ASK_SIBLING;
    }
    return backoffNs > 0 ? Step.LATER : climbing ? Step.AFTER_OTHERS : Step.TAKE_PERMIT;
  }

  /// How many a shard opens at once: a quarter of what the pool has, so that the first are there
  /// soon and serve those who wait while others come up. All at once, as after a change of the
  /// primary, each would take as long as all together: a login costs a server more than most
  /// transactions.
  ///
  /// @param established connections of the pool that are open
  static int mostOpening(int established) {
    return Math.max(FIRST_OPENINGS, established / 4);
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
