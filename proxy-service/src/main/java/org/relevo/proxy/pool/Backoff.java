package org.relevo.proxy.pool;

import java.util.concurrent.TimeUnit;

/// When a pool may open the next connection after openings have failed. Thread-safe.
final class Backoff {
  static final long FIRST_NS = TimeUnit.MILLISECONDS.toNanos(50);
  static final long MOST_NS = TimeUnit.SECONDS.toNanos(2);
  private static final int DOUBLINGS = 6;

  private int failures;
  private volatile long untilNs;

  /// 0 when an opening may start now.
  long remainingNs(long nowNs) {
    return Math.max(0, untilNs - nowNs);
  }

  /// Failures that come together, of openings that were started together, count as one.
  ///
  /// @return whether this is the first of a series
  synchronized boolean failed(long nowNs) {
    if (untilNs > nowNs) {
      return false;
    }
    long delay = Math.min(MOST_NS, FIRST_NS << Math.min(failures, DOUBLINGS));
    untilNs = nowNs + delay;
    return failures++ == 0;
  }

  /// @return whether failures came before
  synchronized boolean succeeded() {
    boolean recovered = failures > 0;
    failures = 0;
    untilNs = 0;
    return recovered;
  }
}
