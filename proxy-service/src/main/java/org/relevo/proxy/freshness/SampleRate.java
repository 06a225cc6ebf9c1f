package org.relevo.proxy.freshness;

import java.util.concurrent.TimeUnit;

/// Counts what the sampler does.
///
/// Owner: written by the sampler's loop; getters are for any thread.
final class SampleRate {
  private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(1);

  private volatile long total;
  private volatile long failures;
  private volatile long settledMarks;
  private volatile int waiting;
  private volatile Window window = new Window(System.nanoTime(), 0, 0);
  private long markedNumber;
  private long marksBefore;

  /// @param perSecond of the window that ended at `fromNs`
  private record Window(long fromNs, long totalThen, double perSecond) {}

  /// @param marks that were taken before it began: it settles them
  void begun(long number, long marks) {
    if (markedNumber == 0) {
      markedNumber = number;
      marksBefore = marks;
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void ended(long settled) {
    total++;
    if (markedNumber != 0 && settled >= markedNumber) {
      settledMarks = marksBefore;
      markedNumber = 0;
    }
    long nowNs = System.nanoTime();
    Window now = window;
    if (nowNs - now.fromNs() >= WINDOW_NS) {
      window = new Window(nowNs, total, rate(now, nowNs));
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void failed() {
    failures++;
  }

  void waiting(int reads) {
    waiting = reads;
  }

  long total() {
    return total;
  }

  long failures() {
    return failures;
  }

  long settledMarks() {
    return settledMarks;
  }

  int waiting() {
    return waiting;
  }

  /// Answers of all nodes together, over the last second or so.
  double perSecond(long nowNs) {
    Window now = window;
    return nowNs - now.fromNs() > 2 * WINDOW_NS ? rate(now, nowNs) : now.perSecond();
  }

  private double rate(Window from, long nowNs) {
    return (total - from.totalThen()) * (double) WINDOW_NS / (nowNs - from.fromNs());
  }
}
