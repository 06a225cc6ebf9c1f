package org.relevo.proxy.net;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Counts whom a management port turns away, and lets one line a second be written: whoever can
/// reach the port could fill the log.
///
/// Owner: thread-safe.
public final class Refusals {
  /// What [#add] gives when no line is to be written.
  public static final long QUIET = -1;

  private static final long LOG_PERIOD_NS = TimeUnit.SECONDS.toNanos(1);

  private final AtomicLong total = new AtomicLong();
  private final AtomicLong nextLogNs = new AtomicLong(System.nanoTime());

  /// One more.
  ///
  /// @return how many there were, when a line is due; else [#QUIET]
  public long add() {
    long count = total.incrementAndGet();
    long due = nextLogNs.get();
    long now = System.nanoTime();
    return now - due >= 0 && nextLogNs.compareAndSet(due, now + LOG_PERIOD_NS) ? count : QUIET;
  }

  /// Since the start.
  public long total() {
    return total.get();
  }
}
