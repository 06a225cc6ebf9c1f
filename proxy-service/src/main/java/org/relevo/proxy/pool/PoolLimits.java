package org.relevo.proxy.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;

/// How many server connections there may be: a set of permits is taken before one is opened and
/// given back when it has ended. What comes back is handed to the claimant whose first waiter has
/// waited longest among those that it helps, so that nobody overtakes and nobody is forgotten.
///
/// Thread-safe by one lock: openings and ends are rare, and nothing is waited for under it. Calls
/// to claimants are made under the lock and must only post tasks.
///
/// @param <T> its claimants
final class PoolLimits<T extends PoolLimits.Claimant> {
  /// A limit that can be full, narrowest first: room in a narrow one is room in the wider ones.
  enum Limit {
    POOL("default_pool_size"),
    USER("max_user_connections"),
    DATABASE("max_db_connections"),
    NODE("max_node_connections"),
    TOTAL("max_server_connections");

    private final String setting;

    Limit(String setting) {
      this.setting = setting;
    }

    String setting() {
      return setting;
    }

    /// Whether the connections of both pools count for one and the same limit of this kind.
    boolean covers(PoolKey one, PoolKey other) {
      return switch (this) {
        case POOL -> one.equals(other);
        case USER -> one.user().equals(other.user());
        case DATABASE -> one.database().equals(other.database());
        case NODE -> one.node().equals(other.node());
        case TOTAL -> true;
      };
    }
  }

  /// What one pool has taken, over all loops.
  static final class Share {
    final PoolKey key;
    private volatile int taken;
    private volatile int size;

    /// Those of them that are being closed because there are too many; under the lock.
    private int leaving;

    Share(PoolKey key, int size) {
      this.key = key;
      this.size = size;
    }

    int taken() {
      return taken;
    }

    int size() {
      return size;
    }

    boolean full() {
      return taken >= size;
    }
  }

  /// Somebody who may have to wait for permits.
  interface Claimant {
    Share share();

    /// When its first waiter came, in ns of the pools' clock; 0 when there is none.
    long headSinceNs();

    /// How many connections of other pools are still to be closed for it. From any thread.
    int unmet();

    /// It holds a set of permits now and is no longer registered.
    void permitGranted();

    /// It is still blocked, but by another limit than before.
    void blockedOtherwise();
  }

  /// Permits taken, and those of them whose connection is being closed as one too many.
  private static final class Tally {
    int taken;
    int leaving;
  }

  private static final Tally NONE = new Tally();

  private final Map<BackendId, Tally> nodes = new HashMap<>();
  private final Map<String, Tally> databases = new HashMap<>();
  private final Map<String, Tally> users = new HashMap<>();
  private final Map<T, Limit> blocked = new LinkedHashMap<>();
  private LimitSettings settings;
  private final Tally total = new Tally();
  private volatile int blockedCount;
  private volatile boolean lowered;

  PoolLimits(LimitSettings settings) {
    this.settings = settings;
  }

  /// Takes a set of permits, or registers the claimant for the next one.
  ///
  /// @return null when taken, else the limit that is full
  synchronized @Nullable Limit take(T claimant) {
    Limit full = firstFull(claimant.share());
    if (full == null) {
      count(claimant.share(), 1);
      blocked.remove(claimant);
    } else {
      blocked.put(claimant, full);
    }
    blockedCount = blocked.size();
    return full;
  }

  /// Takes a set of permits to keep a pool warm: only while nobody is short of any.
  synchronized boolean takeForMinimum(Share share, int minimum) {
    if (share.taken >= minimum || !blocked.isEmpty() || firstFull(share) != null) {
      return false;
    }
    count(share, 1);
    return true;
  }

  /// The claimant no longer needs a permit.
  synchronized void forget(T claimant) {
    blocked.remove(claimant);
    blockedCount = blocked.size();
  }

  /// @param left whether [#leaveIfExcess] has said that this connection is to go
  synchronized void giveBack(Share share, boolean left) {
    if (share.taken == 0) {
      throw new IllegalStateException("permits given back twice: " + share.key);
    }
    if (left) {
      leave(share, -1);
    }
    count(share, -1);
    handOut();
  }

  /// Applies other limits; connections beyond them are closed when they are free.
  synchronized void apply(LimitSettings limits) {
    settings = limits;
    lowered = true;
    handOut();
  }

  synchronized void resize(Share share, int size) {
    share.size = size;
    handOut();
  }

  /// Whether anybody at all waits for a permit.
  boolean anyBlocked() {
    return blockedCount > 0;
  }

  /// Whom the end of one of a pool's connections would help: the longest waiting of other pools.
  synchronized @Nullable T blockedBy(Share share) {
    T best = null;
    long since = Long.MAX_VALUE;
    for (Map.Entry<T, Limit> entry : blocked.entrySet()) {
      T claimant = entry.getKey();
      long head = claimant.headSinceNs();
      if (head != 0
          && head < since
          && claimant.share() != share
          && claimant.unmet() > 0
          && entry.getValue().covers(claimant.share().key, share.key)) {
        best = claimant;
        since = head;
      }
    }
    return best;
  }

  /// Whether a pool holds more than it may since a limit was lowered; if so, the connection that is
  /// asked for counts as leaving.
  boolean leaveIfExcess(Share share) {
    return (share.taken > share.size || lowered) && leaveIfBeyond(share);
  }

  private synchronized boolean leaveIfBeyond(Share share) {
    PoolKey key = share.key;
    boolean beyond =
        share.taken - share.leaving > share.size
            || beyond(total, settings.total())
            || beyond(nodes.getOrDefault(key.node(), NONE), settings.perNode())
            || beyond(databases.getOrDefault(key.database(), NONE), settings.perDatabase())
            || beyond(users.getOrDefault(key.user(), NONE), settings.perUser());
    if (beyond) {
      leave(share, 1);
    } else if (lowered) {
      lowered = anyBeyond();
    }
    return beyond;
  }

  private boolean anyBeyond() {
    return beyond(total, settings.total())
        || nodes.values().stream().anyMatch(tally -> beyond(tally, settings.perNode()))
        || databases.values().stream().anyMatch(tally -> beyond(tally, settings.perDatabase()))
        || users.values().stream().anyMatch(tally -> beyond(tally, settings.perUser()));
  }

  private static boolean beyond(Tally tally, int limit) {
    return exceeds(tally.taken - tally.leaving, limit);
  }

  private static boolean exceeds(int used, int limit) {
    return limit > 0 && used > limit;
  }

  private @Nullable Limit firstFull(Share share) {
    PoolKey key = share.key;
    if (share.full()) {
      return Limit.POOL;
    }
    if (exceeds(users.getOrDefault(key.user(), NONE).taken + 1, settings.perUser())) {
      return Limit.USER;
    }
    if (exceeds(databases.getOrDefault(key.database(), NONE).taken + 1, settings.perDatabase())) {
      return Limit.DATABASE;
    }
    if (exceeds(nodes.getOrDefault(key.node(), NONE).taken + 1, settings.perNode())) {
      return Limit.NODE;
    }
    return exceeds(total.taken + 1, settings.total()) ? Limit.TOTAL : null;
  }

  private void count(Share share, int change) {
    PoolKey key = share.key;
    int taken = share.taken + change; // volatile for readers, written under the lock only
    share.taken = taken;
    total.taken += change;
    count(nodes, key.node(), change);
    count(databases, key.database(), change);
    count(users, key.user(), change);
  }

  /// Names come from clients and must not pile up: what is no longer used is removed.
  private static <K> void count(Map<K, Tally> tallies, K name, int change) {
    Tally tally = tallies.computeIfAbsent(name, _ -> new Tally());
    tally.taken += change;
    if (tally.taken == 0) {
      tallies.remove(name);
    }
  }

  private void leave(Share share, int change) {
    PoolKey key = share.key;
    share.leaving += change;
    total.leaving += change;
    nodes.getOrDefault(key.node(), NONE).leaving += change;
    databases.getOrDefault(key.database(), NONE).leaving += change;
    users.getOrDefault(key.user(), NONE).leaving += change;
  }

  private record Turn<T>(T claimant, long sinceNs) {}

  private void handOut() {
    if (blocked.isEmpty()) {
      return;
    }
    List<Turn<T>> turns = new ArrayList<>(blocked.size());
    blocked.keySet().forEach(claimant -> turns.add(new Turn<>(claimant, claimant.headSinceNs())));
    turns.sort(Comparator.comparingLong(Turn::sinceNs));
    for (Turn<T> turn : turns) {
      T claimant = turn.claimant();
      if (turn.sinceNs() == 0) {
        continue;
      }
      Limit full = firstFull(claimant.share());
      if (full == null) {
        count(claimant.share(), 1);
        blocked.remove(claimant);
        claimant.permitGranted();
      } else if (blocked.put(claimant, full) != full) {
        claimant.blockedOtherwise();
      }
    }
    blockedCount = blocked.size();
  }

  synchronized int total() {
    return total.taken;
  }

  synchronized LimitSettings settings() {
    return settings;
  }
}
