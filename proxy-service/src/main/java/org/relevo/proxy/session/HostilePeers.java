package org.relevo.proxy.session;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.LineBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logs peers that do not speak PostgreSQL's protocol, a few lines per period, then a count.
///
/// Owner: shared by all loops.
final class HostilePeers {
  private static final Logger LOG = LoggerFactory.getLogger(HostilePeers.class);

  private final LineBudget budget = new LineBudget();

  void note(@Nullable SocketAddress peer, String reason) {
    long quiet = budget.take();
    if (quiet != LineBudget.SPENT) {
      LOG.warn("client.refused peer={} reason=\"{}\" suppressed={}", peer, reason, quiet);
    }
  }
}
