package org.relevo.proxy.core;

import java.util.concurrent.TimeUnit;

/// Keeps strangers from filling a log: a few lines per period, then a count.
///
/// Owner: shared by all threads, one lock that is held for a few instructions.
public final class LineBudget {
  /// What [#take] gives when the line is not to be written.
  public static final long SPENT = -1;

  private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(10);
  private static final int LINES_PER_PERIOD = 5;

  private long periodStartNs = System.nanoTime();
  private int lines;
  private long suppressed;

  /// Asks for a line.
  ///
  /// @return how many lines were suppressed before this one, or [#SPENT]
  public synchronized long take() {
    long now = System.nanoTime();
    if (now - periodStartNs > PERIOD_NS) {
      periodStartNs = now;
      lines = 0;
    }
    if (lines >= LINES_PER_PERIOD) {
      suppressed++;
      return SPENT;
    }
    lines++;
    long before = suppressed;
    suppressed = 0;
    return before;
  }
}
