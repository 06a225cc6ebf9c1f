package org.relevo.proxy.balancing;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.routing.QueryText;
import org.relevo.proxy.routing.Route;
import org.relevo.proxy.routing.Router;
import org.relevo.proxy.routing.RoutingView;
import org.relevo.proxy.routing.SessionDefaults;
import org.relevo.proxy.routing.SessionState;
import org.relevo.proxy.session.Freshness;
import org.relevo.proxy.session.SessionRouter;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.classify.StatementClassifier;

/// Answers for one session.
///
/// Owner: event loop of the session.
final class BalancedSession implements SessionRouter {
  private final Balancing balancing;
  private final StatementClassifier classifier;
  private final String database;
  private final String user;
  private SessionSyntax syntax = SessionSyntax.of(0, true, "");
  private String encoding = "";
  private @Nullable Catalog catalog;
  private @Nullable Catalog beginning;
  private String catalogRole = "";
  private Optional<String> catalogPath = Optional.empty();
  private final SessionBounds bounds;

  BalancedSession(
      Balancing balancing, StatementClassifier classifier, String database, String user) {
    this.balancing = balancing;
    this.classifier = classifier;
    this.database = database;
    this.user = user;
    this.bounds = new SessionBounds(balancing);
  }

  @Override
  public boolean active() {
    if (!balancing.router().rules().balanced() || balancing.major() == 0) {
      return false;
    }
    RoutingView view = balancing.freshness().latest().view();
    return view.nodes().size() > 1;
  }

  @Override
  public StatementClass classify(
      byte[] text, int length, boolean standardStrings, String clientEncoding) {
    int major = balancing.major();
    if (syntax.major() != major
        || syntax.standardStrings() != standardStrings
        || !encoding.equals(clientEncoding)) {
      encoding = clientEncoding;
      syntax = SessionSyntax.of(major, standardStrings, clientEncoding);
    }
    if (major == 0) {
      return StatementClass.unknown(length);
    }
    StatementClass found = classifier.classify(text, length, syntax);
    boolean matched =
        balancing
            .router()
            .rules()
            .patterns()
            .match(() -> new String(text, 0, length, StandardCharsets.UTF_8));
    return matched ? keptByPattern(found) : found;
  }

  private static StatementClass keptByPattern(StatementClass found) {
    return new StatementClass(
        found.statements(),
        found.parsed(),
        new StatementClass.Hints(true, found.hints().node()),
        found.fingerprint(),
        found.leadingComment(),
        found.parameters());
  }

  @Override
  public Route route(StatementClass statement, SessionState state) {
    Router router = balancing.router();
    RoutingView view = bounds.decide().view();
    return router.route(statement, QueryText.NONE, state, view, catalog(state), Balancing::random);
  }

  /// What is known of the definitions that the session sees. While its settings are not known, a
  /// name may stand for anything.
  private Catalog catalog(SessionState state) {
    if (!state.settingsKnown()) {
      return Unknown.CATALOG;
    }
    String role = state.role().orElse(user);
    Optional<String> path = state.searchPath();
    Catalog known = catalog;
    if (known == null || !role.equals(catalogRole) || !path.equals(catalogPath)) {
      known = balancing.catalog(database, user, role, path);
      catalog = known;
      catalogRole = role;
      catalogPath = path;
    }
    return known;
  }

  @Override
  public boolean defines(StatementClass statement) {
    for (SqlStatement one : statement.statements()) {
      for (FunctionCall call : one.functions()) {
        if (beginning().defines(call)) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public boolean definesByDo(byte[] text, int length) {
    return beginning().defines(new String(text, 0, length, StandardCharsets.UTF_8));
  }

  @Override
  public SessionDefaults begins() {
    return beginning().begins();
  }

  /// As the session sees it that has set nothing.
  private Catalog beginning() {
    Catalog own = beginning;
    if (own == null) {
      own = balancing.catalog(database, user);
      beginning = own;
    }
    return own;
  }

  @Override
  public boolean writes(Route route) {
    return route.writes();
  }

  @Override
  public Freshness freshness() {
    return bounds;
  }

  private enum Unknown implements Catalog {
    CATALOG;

    @Override
    public Effect effect(FunctionCall call) {
      return Effect.UNKNOWN;
    }

    @Override
    public Effect operator(QualifiedName name) {
      return Effect.UNKNOWN;
    }

    @Override
    public RelationKind kind(QualifiedName relation) {
      return RelationKind.UNKNOWN;
    }
  }
}
