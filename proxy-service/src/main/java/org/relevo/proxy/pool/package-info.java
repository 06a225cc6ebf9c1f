/// Server connections that clients share: who may have one, who waits, for how long, and when one
/// is closed.
///
/// ```
/// Pools (service) ── PoolLimits (global, node, database, user)
///   └ PoolShard (one per event loop and key): idle connections, queue of waiters
/// ```
///
/// Owner: a shard belongs to its event loop; limits and the register of shards are thread-safe. May
/// import core and wire. Imported by server and session. Start reading at [PoolShard].
@NullMarked
package org.relevo.proxy.pool;

import org.jspecify.annotations.NullMarked;
