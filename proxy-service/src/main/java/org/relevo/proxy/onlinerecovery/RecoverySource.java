package org.relevo.proxy.onlinerecovery;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.relevo.proxy.agent.Commands;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.NodeLogin;
import org.relevo.proxy.health.NodeSettings;

/// The configured nodes, and how they are asked.
///
/// @param nodes all, those added at run time included
record RecoverySource(Supplier<List<NodeSettings>> nodes) {
  private static final String APPLICATION_NAME = "relevo recovery";
  private static final Duration LIMIT = Duration.ofSeconds(5);

  NodeSettings node(BackendId id) throws RecoveryFailure {
    Optional<NodeSettings> found =
        nodes.get().stream().filter(node -> node.id().equals(id)).findFirst();
    return found.orElseThrow(() ->
        new RecoveryFailure(
            "there is no node %d; nodes are %s"
                .formatted(id.value(), nodes.get().stream().map(NodeSettings::id).toList())));
  }

  static Connection connect(NodeSettings node) throws RecoveryFailure {
    return connect(node, LIMIT);
  }

  static Connection connect(NodeSettings node, Duration limit) throws RecoveryFailure {
    try {
      return NodeLogin.open(node, APPLICATION_NAME, limit);
    } catch (SQLException e) {
      throw new RecoveryFailure(
          "cannot connect to %s: %s".formatted(node.id(), Commands.oneLine(e)), e);
    }
  }
}
