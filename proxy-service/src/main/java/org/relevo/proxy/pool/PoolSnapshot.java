package org.relevo.proxy.pool;

import java.util.Map;

/// One pool over all event loops at one moment; figures of different loops may be a moment apart.
///
/// @param size most connections of this pool
/// @param minimum connections that are kept open
/// @param active lent to clients
/// @param opening being opened or logged in
/// @param open all that count for the limits, those that are being closed or moved included
/// @param waiting clients in the queue
/// @param oldestWaitMicros how long the first of them has waited so far
/// @param grants connections lent since the start, with and without waiting
/// @param waits those of them that had to wait
/// @param waitMicros time that these have waited in all
/// @param longestWaitMicros longest such time
/// @param timeouts clients that were refused after the most time in the queue
/// @param opened connections opened since the start
/// @param failedOpenings attempts that failed
/// @param moved connections handed from one event loop to another
/// @param closed connections that ended, by reason; reasons that did not occur are missing
public record PoolSnapshot(
    PoolKey key,
    PoolMode mode,
    int size,
    int minimum,
    int active,
    int idle,
    int opening,
    int open,
    int waiting,
    long oldestWaitMicros,
    long grants,
    long waits,
    long waitMicros,
    long longestWaitMicros,
    long timeouts,
    long opened,
    long failedOpenings,
    long moved,
    Map<CloseReason, Long> closed) {
  public PoolSnapshot {
    closed = Map.copyOf(closed);
  }
}
