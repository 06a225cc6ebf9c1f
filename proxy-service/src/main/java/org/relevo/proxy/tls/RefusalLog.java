package org.relevo.proxy.tls;

import java.net.SocketAddress;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.LineBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logs clients whose encryption failed, a few lines per period, then a count.
///
/// Owner: shared by all loops.
public final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

  private final LongAdder total = new LongAdder();
  private final LineBudget budget = new LineBudget();

  void note(@Nullable SocketAddress peer, String reason) {
    total.increment();
    long quiet = budget.take();
    if (quiet != LineBudget.SPENT) {
      LOG.warn("tls.refused peer={} reason=\"{}\" suppressed={}", peer, reason, quiet);
    }
  }

  /// Since the start.
  public long total() {
    return total.sum();
  }
}
