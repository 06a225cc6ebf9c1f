package org.relevo.proxy;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.health.NodeLogin;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.session.VerifierSource;

/// Reads password verifiers from the primary's `pg_authid` with the service's own role, which must
/// be allowed to; nothing is kept here.
///
/// Owner: none; each call has a virtual thread and a connection of its own.
final class StoredPasswords implements VerifierSource {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String QUERY =
      "SELECT rolname, rolpassword FROM pg_catalog.pg_authid"
          + " WHERE rolname = ANY (?) AND rolpassword IS NOT NULL";

  private final ClusterViews views;
  private final Map<BackendId, NodeSettings> nodes;

  StoredPasswords(ClusterViews views, List<NodeSettings> nodes) {
    this.views = views;
    Map<BackendId, NodeSettings> byId = new HashMap<>();
    nodes.forEach(node -> byId.put(node.id(), node));
    this.nodes = Map.copyOf(byId);
  }

  @Override
  public CompletionStage<Map<String, String>> storedPasswords(Set<String> roles) {
    CompletableFuture<Map<String, String>> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("stored-passwords")
        .start(() -> {
          try {
            result.complete(read(roles));
          } catch (SQLException | RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private Map<String, String> read(Set<String> roles) throws SQLException {
    // During a role change the view names no primary, but every reachable node has the same roles.
    NodeSettings node =
        views
            .current()
            .primary()
            .map(nodes::get)
            .or(() ->
                views.current().nodes().stream()
                    .filter(view -> view.usable())
                    .map(view -> nodes.get(view.id()))
                    .findFirst())
            .orElseThrow(() -> new SQLException("no server to read role passwords from"));
    Map<String, String> found = new HashMap<>();
    try (Connection connection = NodeLogin.open(node, "relevo roles", LIMIT);
        PreparedStatement statement = connection.prepareStatement(QUERY)) {
      Array names = connection.createArrayOf("text", roles.toArray());
      statement.setArray(1, names);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    return found;
  }
}
