package org.relevo.proxy.pcp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.relevo.proxy.console.NodeState;
import org.relevo.proxy.core.NodeView;

/// Rows in the order of pgpool-II 4.7.
final class PcpRows {
  /// What clients divide a weight by: C's `RAND_MAX`.
  private static final double WEIGHT_UNIT = Integer.MAX_VALUE;

  private PcpRows() {}

  /// @param weights of all nodes together
  static List<String> node(NodeState node, double weights) {
    NodeView view = node.view();
    boolean up = view.status() == NodeView.Status.UP;
    double share = weights > 0 ? node.weight() / weights : 0;
    return List.of(
        view.host(),
        Integer.toString(view.port()),
        Integer.toString(status(view.status())),
        view.status() == NodeView.Status.QUARANTINED ? "1" : "0",
        up ? "up" : "down",
        String.format(Locale.ROOT, "%f", share * WEIGHT_UNIT),
        node.primary() ? "2" : "3",
        up ? view.role().name().toLowerCase(Locale.ROOT) : "unknown",
        "0",
        Long.toString(node.primary() ? 0 : Math.max(0, node.lagBytes())),
        node.replicationState(),
        node.syncState(),
        Long.toString(view.sinceEpochMs() / 1000));
  }

  /// 0 unused, 1 waiting for its first connection, 2 up, 3 down.
  private static int status(NodeView.Status status) {
    return switch (status) {
      case UNUSED -> 0;
      case UP -> 2;
      case DOWN, QUARANTINED, DETACHED, RECOVERING, PROMOTING, DEMOTING, MAINTENANCE -> 3;
    };
  }

  /// Server connections with who holds them, then clients that hold none.
  ///
  /// @param pools rows of `SHOW POOL_POOLS`
  /// @param clients rows of `SHOW POOL_PROCESSES`
  static List<List<String>> processes(List<List<String>> pools, List<List<String>> clients) {
    List<List<String>> all = new ArrayList<>(pools);
    Set<String> holders = new HashSet<>();
    pools.forEach(row -> holders.add(row.getFirst()));
    for (List<String> client : clients) {
      if (!holders.contains(client.getFirst())) {
        all.add(
            List.of(
                client.get(0), // process
                client.get(1), // started
                client.get(2), // connections of clients
                "0", // slot of the pool
                "0", // node
                client.get(3), // database
                client.get(4), // user
                "", // server connection made
                client.get(1), // client connected
                "", // client gone
                "0", // idle seconds
                "3",
                "0",
                "0", // uses of the server connection
                "0", // its process
                "1", // connected
                client.get(7), // status
                "0",
                "",
                "",
                ""));
      }
    }
    return all;
  }
}
