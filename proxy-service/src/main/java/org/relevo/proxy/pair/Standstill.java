package org.relevo.proxy.pair;

/// Sees that the machine stood still as a whole, a virtual one that was paused, say: the wall clock
/// then goes on by more than the monotonic one. A clock that was set looks the same; it costs a
/// fencing at most. One whose every clock stood still is not seen.
///
/// Owner: the thread that asks.
final class Standstill {
  private final long limitNs;
  private boolean begun;
  private long lastNs;
  private long lastWallMs;

  /// @param limitMs difference from which it counts
  Standstill(long limitMs) {
    this.limitNs = PairTiming.ns(limitMs);
  }

  /// Since it was asked last. To be asked often.
  boolean stood(long nowNs, long wallMs) {
    long apartNs = PairTiming.ns(wallMs - lastWallMs) - (nowNs - lastNs);
    boolean stood = begun && Math.abs(apartNs) >= limitNs;
    begun = true;
    lastNs = nowNs;
    lastWallMs = wallMs;
    return stood;
  }
}
