package org.relevo.proxy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.config.ClusteringMode;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.fanout.CommitJournal;
import org.relevo.proxy.fanout.ReplicaSet;
import org.relevo.proxy.fanout.ReplicaSettings;
import org.relevo.proxy.health.NodeLogin;
import org.relevo.proxy.health.NodeSettings;

/// Makes the part that writes to every server, in the modes that do.
final class ReplicaControl {
  private static final String FILE = "detached_nodes";
  private static final Duration LOGIN_LIMIT = Duration.ofSeconds(15);

  /// Events that tell of nothing bad.
  private static final Set<String> GOOD = Set.of("replication.attached", "replication.compared");

  private ReplicaControl() {}

  static boolean wanted(ProxyConfig config) {
    return config.mode().writesEverywhere();
  }

  /// @throws IOException when it is not known who is detached
  static ReplicaSet replicas(ProxyConfig config, Coordinator coordinator) throws IOException {
    return new ReplicaSet(
        config.service().dataDirectory().resolve(FILE),
        settings(config),
        coordinator::detached,
        (name, pairs) ->
            coordinator
                .journal()
                .record(GOOD.contains(name) ? LogLevel.INFO : LogLevel.WARN, name, pairs));
  }

  /// Begins to compare the nodes; clients wait for it.
  static CommitJournal journal(
      ProxyConfig config, Coordinator coordinator, List<NodeSettings> nodes, ReplicaSet replicas) {
    return new CommitJournal(
            replicas,
            coordinator.views(),
            (node, database) -> open(nodes, node, database),
            config.replicas().commitSafety())
        .start();
  }

  private static Connection open(List<NodeSettings> nodes, BackendId node, String database)
      throws SQLException {
    for (NodeSettings each : nodes) {
      if (each.id().equals(node)) {
        return NodeLogin.open(
            database.isEmpty() ? each : each.inDatabase(database), "relevo", LOGIN_LIMIT);
      }
    }
    throw new SQLException("no server is configured as " + node);
  }

  static ReplicaSettings settings(ProxyConfig config) {
    Map<BackendId, Double> weights = new HashMap<>();
    config.backends().forEach(each -> weights.put(each.id(), each.weight()));
    return new ReplicaSettings(
        config.replicas().mixed(),
        config.replicas().everyRead(),
        config.replicas().detachOnKind(),
        config.replicas().detachOnRows(),
        config.mode() == ClusteringMode.SNAPSHOT_ISOLATION,
        config.routing().balanced(),
        config.routing().perStatement(),
        weights);
  }
}
