package org.relevo.proxy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.auth.stored.StoredPassword;
import org.relevo.proxy.auth.stored.StoredPasswordSource;
import org.relevo.proxy.auth.stored.StoredRole;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.health.NodeLogin;
import org.relevo.proxy.health.NodeSettings;

/// Reads roles' passwords and memberships from the primary with the service's own role, which must
/// be allowed to; nothing is kept here.
///
/// Owner: none; each call has a virtual thread and a connection of its own.
final class StoredPasswords implements StoredPasswordSource {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String ROLE =
      "SELECT rolpassword, rolvaliduntil, rolcanlogin FROM pg_catalog.pg_authid"
          + " WHERE rolname OPERATOR(pg_catalog.=) ?::pg_catalog.name";
  private static final String MEMBERSHIPS =
      "WITH RECURSIVE held (id) AS ("
          + " SELECT oid FROM pg_catalog.pg_roles"
          + " WHERE rolname OPERATOR(pg_catalog.=) ?::pg_catalog.name"
          + " UNION SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN held"
          + " ON m.member OPERATOR(pg_catalog.=) held.id)"
          + " SELECT r.rolname FROM pg_catalog.pg_roles r JOIN held"
          + " ON r.oid OPERATOR(pg_catalog.=) held.id";

  private final ClusterViews views;
  private final Map<BackendId, NodeSettings> nodes;

  StoredPasswords(ClusterViews views, List<NodeSettings> nodes) {
    this.views = views;
    Map<BackendId, NodeSettings> byId = new HashMap<>();
    nodes.forEach(node -> byId.put(node.id(), node));
    this.nodes = Map.copyOf(byId);
  }

  @Override
  public CompletionStage<StoredRole> role(String name, boolean fresh) {
    return ask(
        ROLE,
        name,
        rows -> {
          if (!rows.next()) {
            return StoredRole.UNKNOWN;
          }
          String password = rows.getString(1);
          OffsetDateTime until = validUntil(rows);
          return new StoredRole(
              Optional.ofNullable(password).flatMap(StoredPassword::parse),
              Optional.ofNullable(until).map(OffsetDateTime::toInstant),
              rows.getBoolean(3));
        });
  }

  private static @Nullable OffsetDateTime validUntil(ResultSet rows) throws SQLException {
    String written = rows.getString(2);
    return written == null || written.endsWith("infinity")
        ? null
        : rows.getObject(2, OffsetDateTime.class);
  }

  @Override
  public CompletionStage<Set<String>> memberships(String name) {
    return ask(
        MEMBERSHIPS,
        name,
        rows -> {
          Set<String> found = new HashSet<>();
          while (rows.next()) {
            found.add(rows.getString(1));
          }
          return found;
        });
  }

  private interface Reading<T> {
    T read(ResultSet rows) throws SQLException;
  }

  private <T> CompletionStage<T> ask(String query, String role, Reading<T> reading) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("stored-passwords")
        .start(() -> {
          try (Connection connection = NodeLogin.open(node(), "relevo roles", LIMIT);
              PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, role);
            try (ResultSet rows = statement.executeQuery()) {
              result.complete(reading.read(rows));
            }
          } catch (SQLException | RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /// During a role change the view names no primary, but every reachable node has the same roles.
  private NodeSettings node() throws SQLException {
    return views
        .current()
        .primary()
        .map(nodes::get)
        .or(() ->
            views.current().nodes().stream()
                .filter(view -> view.usable())
                .map(view -> nodes.get(view.id()))
                .findFirst())
        .orElseThrow(() -> new SQLException("no server to read role passwords from"));
  }
}
