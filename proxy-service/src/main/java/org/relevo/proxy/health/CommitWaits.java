package org.relevo.proxy.health;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.relevo.proxy.core.BackendId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a server's session waits for its commit to reach a standby (wait event `SyncRep`).
///
/// Owner: none; each question has a virtual thread and a connection of its own.
public record CommitWaits(List<NodeSettings> nodes) {
  private static final Logger LOG = LoggerFactory.getLogger(CommitWaits.class);
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final String QUESTION =
      "SELECT wait_event IS NOT DISTINCT FROM 'SyncRep' FROM pg_stat_activity WHERE pid = ?";

  public CommitWaits {
    nodes = List.copyOf(nodes);
  }

  /// @return whether it is known not to wait
  public CompletionStage<Boolean> freeOfIt(BackendId node, int processId) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("commit-wait-" + node)
        .start(() -> {
          boolean free = false;
          try {
            free = ask(node, processId);
            LOG.debug("cancel.asked node={} pid={} passedOn={}", node, processId, free);
          } catch (SQLException e) {
            LOG.warn(
                "cancel.not-passed-on node={} pid={} reason=\"{}\"",
                node,
                processId,
                e.getMessage());
          } finally {
            answer.complete(free);
          }
        });
    return answer;
  }

  private boolean ask(BackendId node, int processId) throws SQLException {
    NodeSettings settings =
        nodes.stream()
            .filter(each -> each.id().equals(node))
            .findFirst()
            .orElseThrow(() -> new SQLException(node + " is not configured"));
    try (Connection connection = NodeLogin.open(settings, "relevo cancel", LIMIT);
        PreparedStatement statement = connection.prepareStatement(QUESTION)) {
      statement.setInt(1, processId);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && !rows.getBoolean(1);
      }
    }
  }
}
