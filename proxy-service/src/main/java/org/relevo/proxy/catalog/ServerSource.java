package org.relevo.proxy.catalog;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.sql.QualifiedName;

/// The cluster's servers: the primary, and any other that can be used while there is none.
///
/// Owner: none; thread-safe.
final class ServerSource implements Source {
  private final ClusterViews views;
  private final Map<BackendId, NodeSettings> nodes = new HashMap<>();

  ServerSource(ClusterViews views, List<NodeSettings> nodes) {
    this.views = views;
    nodes.forEach(node -> this.nodes.put(node.id(), node));
  }

  @Override
  public Session open(String database) throws SQLException {
    NodeSettings node =
        wanted()
            .orElseThrow(() ->
                new SQLException("no server can be asked: " + views.current().primaryReason()));
    return new Open(CatalogReader.open(node.inDatabase(database)));
  }

  @Override
  public boolean moved(Session session) {
    return wanted().filter(node -> node.id().equals(session.node())).isEmpty();
  }

  private Optional<NodeSettings> wanted() {
    ClusterView view = views.current();
    return view.primary()
        .map(nodes::get)
        .or(() ->
            view.nodes().stream()
                .filter(NodeView::usable)
                .map(node -> nodes.get(node.id()))
                .findFirst());
  }

  private record Open(CatalogReader reader) implements Session {
    @Override
    public BackendId node() {
      return reader.node().id();
    }

    @Override
    public boolean primary() throws SQLException {
      return !reader.standby();
    }

    @Override
    public CatalogReader.Fingerprint fingerprint() throws SQLException {
      return reader.fingerprint();
    }

    @Override
    public CatalogReader.Loaded load(int room) throws SQLException {
      return reader.load(room);
    }

    @Override
    public Optional<TableFacts> table(QualifiedName table) throws SQLException {
      return reader.table(table);
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
