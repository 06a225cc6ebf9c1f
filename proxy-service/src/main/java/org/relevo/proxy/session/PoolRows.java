package org.relevo.proxy.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.ClientInfo;
import org.relevo.jmx.contract.ClientState;
import org.relevo.jmx.contract.PoolStatus;
import org.relevo.jmx.contract.QueueEntry;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.pool.PoolPolicy;
import org.relevo.proxy.pool.PoolSettings;
import org.relevo.proxy.pool.PoolSnapshot;

/// What the pools and the clients say together. Clients are counted where they hold a server
/// connection, all others where they would get one.
final class PoolRows {
  private PoolRows() {}

  /// One pool's clients.
  private static final class Counts {
    int waiting;
    int others;
    long oldestMs;

    void add(ClientInfo client) {
      if (client.state() == ClientState.WAITING) {
        waiting++;
        oldestMs = Math.max(oldestMs, client.waitMs());
      } else {
        others++;
      }
    }
  }

  /// @param node for clients that hold no server connection
  static List<PoolStatus> pools(
      List<LoopPicture.Client> clients,
      List<PoolSnapshot> pools,
      @Nullable BackendId node,
      PoolPolicy policy) {
    Map<PoolKey, Counts> counts = new HashMap<>();
    for (LoopPicture.Client client : clients) {
      BackendId at = client.node() == null ? node : client.node();
      if (at != null) {
        PoolKey key = new PoolKey(at, client.info().database(), client.info().user());
        counts.computeIfAbsent(key, _ -> new Counts()).add(client.info());
      }
    }
    List<PoolStatus> rows = new ArrayList<>();
    for (PoolSnapshot pool : pools) {
      Counts of = counts.remove(pool.key());
      rows.add(row(pool, of == null ? new Counts() : of));
    }
    counts.forEach(
        (key, of) -> rows.add(row(unused(key, policy.settings(key.database(), key.user())), of)));
    return rows;
  }

  /// A pool that nobody has been given a connection of.
  private static PoolSnapshot unused(PoolKey key, PoolSettings holds) {
    return new PoolSnapshot(
        key,
        holds.mode(),
        holds.size(),
        holds.minimum(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        Map.of());
  }

  private static PoolStatus row(PoolSnapshot pool, Counts clients) {
    return new PoolStatus(
        pool.key().node().value(),
        pool.key().database(),
        pool.key().user(),
        pool.mode().name().toLowerCase(Locale.ROOT),
        pool.size(),
        pool.minimum(),
        clients.others,
        clients.waiting,
        pool.active(),
        pool.idle(),
        Math.max(0, pool.open() - pool.active() - pool.idle() - pool.opening()),
        pool.opening(),
        Math.max(clients.oldestMs, pool.oldestWaitMicros() / 1000),
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

  /// Longest wait first; positions count by database and user.
  static List<QueueEntry> queue(List<LoopPicture.Client> clients) {
    record Name(String database, String user) {}
    Map<Name, Integer> positions = new HashMap<>();
    return clients.stream()
        .map(LoopPicture.Client::info)
        .filter(client -> client.state() == ClientState.WAITING)
        .sorted(
            Comparator.comparingLong(ClientInfo::waitMs)
                .reversed()
                .thenComparingLong(ClientInfo::id))
        .map(client ->
            new QueueEntry(
                positions.merge(new Name(client.database(), client.user()), 1, Integer::sum),
                client.waitMs(),
                client.id(),
                client.address(),
                client.port(),
                client.database(),
                client.user()))
        .toList();
  }
}
