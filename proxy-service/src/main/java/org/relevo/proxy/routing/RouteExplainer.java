package org.relevo.proxy.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;

/// Decides for people: as for a new session outside a transaction.
///
/// Owner: none; as thread-safe as its source.
public final class RouteExplainer {
  private final Source source;
  private final DoubleSupplier random;

  /// What a decision is made of, now.
  public interface Source {
    StatementClass classify(String sql);

    /// What is known of a database for a role; every answer may be "unknown".
    Catalog catalog(String database, String user);

    RoutingView view();

    Router router();
  }

  /// @param random numbers from 0 to less than 1
  public RouteExplainer(Source source, DoubleSupplier random) {
    this.source = source;
    this.random = random;
  }

  /// A decision and what it was made of.
  ///
  /// @param node that it runs on now; null when there is none, or when it is every one
  /// @param each the statements with what would be decided for each alone
  public record Explanation(
      Route route,
      RoutingView.@Nullable Node node,
      StatementClass text,
      List<Part> each,
      RoutingView view,
      Catalog catalog) {
    public Explanation {
      each = List.copyOf(each);
    }
  }

  /// One statement alone.
  public record Part(SqlStatement statement, Route route) {}

  /// The nodes, now.
  public RoutingView view() {
    return source.view();
  }

  public Explanation explain(String sql, String user, String database) {
    StatementClass text = source.classify(sql);
    Catalog catalog = source.catalog(database, user);
    RoutingView view = source.view();
    Router router = source.router();
    SessionState session =
        new NewSession(database, user, router.rules().consistency(), catalog.begins());
    Route route = router.route(text, () -> sql, session, view, catalog, random);
    List<Part> parts = new ArrayList<>();
    for (SqlStatement statement : text.statements()) {
      StatementClass alone =
          new StatementClass(
              List.of(statement), text.parsed(), text.hints(), 0, text.leadingComment());
      QueryText words =
          () ->
              sql.substring(
                  Math.min(statement.from(), sql.length()), Math.min(statement.to(), sql.length()));
      parts.add(
          new Part(
              statement,
              text.single() ? route : router.route(alone, words, session, view, catalog, random)));
    }
    return new Explanation(route, node(route, view), text, parts, view, catalog);
  }

  private static RoutingView.@Nullable Node node(Route route, RoutingView view) {
    return switch (route.target()) {
      case PRIMARY -> view.primary() == null ? null : view.find(view.primary());
      case NODE -> view.find(route.requireNode());
      case SESSION -> null;
    };
  }

  /// A session that has done nothing yet.
  private record NewSession(
      String database, String user, ReadConsistency consistency, SessionDefaults begins)
      implements SessionState {
    @Override
    public String applicationName() {
      return "";
    }

    @Override
    public boolean inTransaction() {
      return false;
    }

    @Override
    public boolean failed() {
      return false;
    }

    @Override
    public Isolation isolation() {
      return begins.isolation();
    }

    @Override
    public boolean readOnly() {
      return begins.readOnly();
    }

    @Override
    public boolean transactionWrote() {
      return false;
    }

    @Override
    public boolean sessionWrote() {
      return false;
    }

    @Override
    public boolean wroteTo(QualifiedName relation) {
      return false;
    }

    @Override
    public boolean hasTemporary(QualifiedName relation) {
      return false;
    }

    @Override
    public @Nullable BackendId boundTo() {
      return null;
    }

    @Override
    public @Nullable BackendId sessionNode() {
      return null;
    }

    @Override
    public Optional<BackendId> placeOf(String name) {
      return Optional.empty();
    }

    /// With `global` nothing is asked here: what others have written changes by the moment.
    @Override
    public @Nullable Lsn mustHaveReplayed() {
      return consistency == ReadConsistency.GLOBAL ? Lsn.ZERO : null;
    }
  }
}
