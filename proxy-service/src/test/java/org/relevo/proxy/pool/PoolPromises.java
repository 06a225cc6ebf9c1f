package org.relevo.proxy.pool;

import static org.relevo.proxy.pool.PoolSimulation.require;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a pool promises, checked in the middle of a random history.
final class PoolPromises {
  private final PoolSimulation world;

  PoolPromises(PoolSimulation world) {
    this.world = world;
  }

  /// Holds at every moment.
  void checkPermits() {
    int taken = world.pools.open();
    require(taken >= world.wires.size() + world.opening, "a connection without permit");
    for (PoolSnapshot s : world.pools.snapshots()) {
      long used = world.wires.stream().filter(w -> w.key.equals(s.key())).count();
      require(used <= s.open(), "more connections than permits in " + s.key());
    }
  }

  /// Holds when no loop has anything to do.
  void checkQuiet() {
    require(
        world.pools.open() == world.wires.size() + world.opening, "permits " + world.pools.open());
    Map<PoolKey, List<PoolShard<PoolSimulation.Wire>>> shards = new HashMap<>();
    for (VirtualLoops.Loop loop : world.virtual.loops()) {
      loop.runAs(() ->
          world.keys.forEach(key ->
              shards
                  .computeIfAbsent(key, _ -> new ArrayList<>())
                  .add(world.pools.shard(loop, key))));
    }
    for (List<PoolShard<PoolSimulation.Wire>> pool : shards.values()) {
      pool.forEach(shard -> checkShard(shard, pool, shards));
    }
  }

  private void checkShard(
      PoolShard<PoolSimulation.Wire> shard,
      List<PoolShard<PoolSimulation.Wire>> pool,
      Map<PoolKey, List<PoolShard<PoolSimulation.Wire>>> all) {
    require(shard.inbound.get() == 0, "inbound " + shard.inbound.get());
    require(shard.evicting.get() == 0, "evicting " + shard.evicting.get());
    require(shard.counts.idle.get() == shard.idle.size(), "idle gauge");
    int unserved = shard.queue.size() - shard.supply.onTheWay();
    long waited = shard.queue.isEmpty() ? 0 : world.pools.now() - shard.headSinceNs();
    boolean impatient = waited > 2 * OpenDecision.SPARE_NS;
    if (unserved > 0 || impatient) {
      for (PoolShard<PoolSimulation.Wire> other : pool) {
        boolean spare = other != shard || !impatient;
        require(!spare || other.idle.size() == 0, "waits " + waited + " while one is idle");
      }
    }
    long backoff = shard.shared.backoff.remainingNs(world.pools.now());
    if (unserved > 0 && backoff == 0 && !shard.supply.climbing()) {
      List<PoolLimits.Limit> full = full(shard.key());
      require(!full.isEmpty(), "waits while nothing is full: " + shard.supply.blockedBy());
      for (Map.Entry<PoolKey, List<PoolShard<PoolSimulation.Wire>>> other : all.entrySet()) {
        // Where several world.limits are full, the end of one connection helps if it counts for
        // each.
        if (full.stream().allMatch(limit -> limit.covers(other.getKey(), shard.key()))
            && !other.getKey().equals(shard.key())) {
          SharedPool<PoolSimulation.Wire> shared = other.getValue().getFirst().shared;
          boolean warm =
              world.settings.minimum() > 0; // seen with the next tick when it is exceeded
          boolean idle = other.getValue().stream().anyMatch(s -> s.idle.size() > 0);
          require(
              !idle || shared.live.get() <= world.settings.minimum() || (warm && !impatient),
              "blocked by " + full + " while another pool is idle");
        }
      }
    }
  }

  private List<PoolLimits.Limit> full(PoolKey key) {
    List<PoolLimits.Limit> full = new ArrayList<>();
    for (PoolLimits.Limit limit : PoolLimits.Limit.values()) {
      long taken =
          world.pools.snapshots().stream()
              .filter(s -> limit.covers(s.key(), key))
              .mapToInt(PoolSnapshot::open)
              .sum();
      int most =
          switch (limit) {
            case POOL -> world.settings.size();
            case USER -> world.limits.perUser();
            case DATABASE -> world.limits.perDatabase();
            case NODE -> world.limits.perNode();
            case TOTAL -> world.limits.total();
          };
      if (most > 0 && taken >= most) {
        full.add(limit);
      }
    }
    return full;
  }

  /// Holds when all have left and all life times are over.
  void checkEmpty() {
    require(world.pools.open() == 0, "permits leaked: " + world.pools.open());
    require(world.wires.isEmpty(), "connections are left");
    world
        .pools
        .snapshots()
        .forEach(s ->
            require(
                s.active() == 0 && s.idle() == 0 && s.opening() == 0 && s.waiting() == 0,
                "gauges are off: " + s));
    require(
        world.virtual.timers() <= 1 + world.loops * world.keys.size(),
        "timers pile up: " + world.virtual.timers());
  }
}
