package org.relevo.proxy.session;

import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logs peers that do not speak PostgreSQL's protocol, a few lines per period, then a count.
///
/// Owner: shared by all loops, one lock that is held for a few instructions.
final class HostilePeers {
  private static final Logger LOG = LoggerFactory.getLogger(HostilePeers.class);
  private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(10);
  private static final int LINES_PER_PERIOD = 5;

  private long periodStartNs = System.nanoTime();
  private int lines;
  private long suppressed;

  void note(@Nullable SocketAddress peer, String reason) {
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
    LOG.warn("client.refused peer={} reason=\"{}\" suppressed={}", peer, reason, quiet);
  }
}
