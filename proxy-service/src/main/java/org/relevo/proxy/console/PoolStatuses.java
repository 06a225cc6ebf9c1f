package org.relevo.proxy.console;

import java.util.Locale;
import java.util.function.ToIntFunction;
import org.relevo.jmx.contract.PoolStatus;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.pool.PoolSnapshot;

/// Pools' figures as management shows them.
public final class PoolStatuses {
  private PoolStatuses() {}

  /// @param restingClients clients of this pool that hold no connection and wait for none
  public static PoolStatus of(PoolSnapshot pool, ToIntFunction<PoolKey> restingClients) {
    PoolKey key = pool.key();
    int other = pool.open() - pool.active() - pool.idle() - pool.opening();
    return new PoolStatus(
        key.node().value(),
        key.database(),
        key.user(),
        pool.mode().name().toLowerCase(Locale.ROOT),
        pool.size(),
        pool.minimum(),
        pool.active() + restingClients.applyAsInt(key),
        pool.waiting(),
        pool.active(),
        pool.idle(),
        Math.max(0, other), // figures of different loops may be a moment apart
        pool.opening(),
        pool.oldestWaitMicros() / 1000,
        pool.grants(),
        pool.waits(),
        pool.waitMicros() / 1000,
        pool.longestWaitMicros() / 1000,
        pool.timeouts(),
        pool.opened(),
        pool.failedOpenings(),
        pool.moved(),
        pool.closed().values().stream().mapToLong(Long::longValue).sum());
  }
}
