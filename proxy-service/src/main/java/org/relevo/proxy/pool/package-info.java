/// Server connections that clients share: who may have one, who waits, for how long, and when one
/// is closed.
///
/// ```
/// Pools (service) ── PoolLimits (pool size, user, database, node, total: one set of permits each)
///   └ SharedPool (one per key: settings, back-off, what shards see of each other)
///       └ PoolShard (one per event loop and key)
///           ├ WaitQueue, FreeConnections   who waits, what is idle
///           ├ Supply                       ask a sibling, open, check, make room elsewhere
///           └ Care                         deadlines, idle and life times, minimum
/// ShardDecision, OpenDecision: what to do, as pure functions
/// ```
///
/// Owner: a shard and its parts belong to their event loop; limits and what shards have in common
/// are thread-safe. The one lock is that of the limits; it is taken when a connection is opened or
/// has ended, never to lend an idle one. May import core and wire. Imported by server and session.
/// Start reading at [PoolShard].
@NullMarked
package org.relevo.proxy.pool;

import org.jspecify.annotations.NullMarked;
