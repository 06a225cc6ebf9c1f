package org.relevo.proxy.pool;

/// Somebody in a queue.
///
/// @param label [Waiter#label]
/// @param loop number of the event loop
/// @param position 1 for the one who has waited longest in the whole pool
public record WaiterSnapshot(PoolKey key, String label, int loop, int position, long waitMicros) {}
