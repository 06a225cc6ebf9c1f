package org.relevo.proxy.freshness;

import java.util.concurrent.TimeUnit;

/// How soon the next sample begins.
enum Pace {
  /// Somebody waits for it: a read that waits; and while those who write read too, a write without
  /// bound and a standby that may catch up any moment. Each configured period.
  URGENT,

  /// Reads are balanced, nobody waits: positions only serve thresholds of lag.
  ACTIVE,

  /// Nobody asks. Positions stay true without being asked for, they only get old.
  IDLE;

  /// How long a standby that does not catch up with the newest write is asked urgently.
  static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);

  private static final int ACTIVE_FACTOR = 10;
  private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(500);

  /// @param primaryKnown whether the primary can be asked at all
  /// @param unsettled whether a sample was asked for that has not ended
  /// @param caughtUp whether every standby shows the newest write
  /// @param sinceAskedNs since a sample was asked for by anybody
  /// @param waiting whether reads wait for a standby
  /// @param wanted whether anybody asks for bounds of writes
  /// @param used whether positions were looked at since the last sample
  static Pace of(
      boolean primaryKnown,
      boolean unsettled,
      boolean caughtUp,
      long sinceAskedNs,
      boolean waiting,
      boolean wanted,
      boolean used) {
    boolean soon = unsettled || (!caughtUp && sinceAskedNs < PATIENCE_NS);
    if (waiting || (primaryKnown && wanted && soon)) {
      return URGENT;
    }
    return used ? ACTIVE : IDLE;
  }

  long delayNs(long periodNs) {
    return switch (this) {
      case URGENT -> periodNs;
      case ACTIVE -> Math.min(Math.max(periodNs, IDLE_NS), ACTIVE_FACTOR * periodNs);
      case IDLE -> Math.max(periodNs, IDLE_NS);
    };
  }
}
