package org.relevo.proxy.tls;

import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logs clients whose encryption failed, a few lines per period, then a count.
///
/// Owner: shared by all loops, one lock that is held for a few instructions.
public final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
  private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(10);
  private static final int LINES_PER_PERIOD = 5;

  private final LongAdder total = new LongAdder();
  private long periodStartNs = System.nanoTime();
  private int lines;
  private long suppressed;

  void note(@Nullable SocketAddress peer, String reason) {
    total.increment();
    long quiet;
    synchronized (this) {
      long now = System.nanoTime();
      if (now - periodStartNs > PERIOD_NS) {
        periodStartNs = now;
        lines = 0;
      }
      if (lines >= LINES_PER_PERIOD) {
        suppressed++;
        return;
      }
      lines++;
      quiet = suppressed;
      suppressed = 0;
    }
    LOG.warn("tls.refused peer={} reason=\"{}\" suppressed={}", peer, reason, quiet);
  }

  /// Since the start.
  public long total() {
    return total.sum();
  }
}
