package org.relevo.proxy.balancing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.catalog.Catalogs;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.freshness.Freshness;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.routing.RouteExplainer;
import org.relevo.proxy.routing.Router;
import org.relevo.proxy.routing.RoutingRules;
import org.relevo.proxy.routing.RoutingView;
import org.relevo.proxy.session.SessionRouter;
import org.relevo.proxy.session.SessionRouters;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.classify.StatementClassifier;

/// The package's door: gives sessions their routers, and explains decisions to people.
///
/// Owner: thread-safe.
public final class Balancing implements SessionRouters, AutoCloseable {
  private final Catalogs catalogs;
  private final Freshness freshness;
  private final int nodes;
  private final ClusterViews.Subscription subscription;
  private final AtomicReferenceArray<@Nullable StatementClassifier> classifiers;
  private volatile Router router;
  private final Set<BackendId> lackingWait = ConcurrentHashMap.newKeySet();
  private volatile Duration patience = Duration.ZERO;
  private volatile int major;

  /// @param nodes how many are configured
  /// @param loops how many event loops there are at most
  public Balancing(
      RoutingRules rules,
      ClusterViews views,
      Catalogs catalogs,
      Freshness freshness,
      int nodes,
      int loops) {
    this.router = new Router(rules);
    this.catalogs = catalogs;
    this.freshness = freshness;
    this.nodes = nodes;
    this.classifiers = new AtomicReferenceArray<>(loops);
    this.subscription = views.listen(this::view);
    view(views.current());
  }

  /// Takes over new rules; they count from the next statement on.
  public void apply(RoutingRules rules) {
    router = new Router(rules);
  }

  /// How long a read may wait for a standby from now on: `replay_wait_timeout`.
  public void patience(Duration longest) {
    patience = longest;
  }

  Duration patience() {
    return patience;
  }

  /// Whether a server of a new enough version has refused `WAIT FOR LSN`, since its cluster's
  /// picture changed last.
  boolean cannotWait(BackendId node) {
    return lackingWait.contains(node);
  }

  void lacksWait(BackendId node) {
    lackingWait.add(node);
  }

  @Override
  public @Nullable SessionRouter of(int loop, String database, String user) {
    return nodes < 2 ? null : new BalancedSession(this, classifier(loop), database, user);
  }

  /// What `explain-route` asks.
  public RouteExplainer.Source explained() {
    return new Explained();
  }

  private StatementClassifier classifier(int loop) {
    StatementClassifier known = classifiers.get(loop);
    if (known == null) {
      known = new StatementClassifier();
      classifiers.set(loop, known); // each place is one loop's
    }
    return known;
  }

  /// Reading the grammar of a version takes a while, which no loop and no publisher has.
  private void view(ClusterView view) {
    lackingWait.clear();
    int found = view.primaryNode().map(NodeView::serverVersion).map(Balancing::major).orElse(0);
    if (nodes > 1 && found > 0 && found != major) {
      var _ =
          Thread.ofVirtual()
              .name("relevo-grammar")
              .start(() -> {
                StatementClassifier.warmUp(found);
                major = found;
              });
    }
  }

  /// @return 0 when it is not known
  static int major(String version) {
    int end = 0;
    while (end < version.length() && end < 3 && Character.isDigit(version.charAt(end))) {
      end++;
    }
    return end == 0 ? 0 : Integer.parseInt(version, 0, end, 10);
  }

  Router router() {
    return router;
  }

  Freshness freshness() {
    return freshness;
  }

  /// Version of the grammar that is ready; 0 while none is, or no primary was seen.
  int major() {
    return major;
  }

  Catalog catalog(String database, String login, String role, Optional<String> searchPath) {
    return catalogs.of(database, login, role, searchPath);
  }

  Catalog catalog(String database, String login) {
    return catalogs.of(database, login, Optional.empty());
  }

  static double random() {
    return ThreadLocalRandom.current().nextDouble();
  }

  @Override
  public void close() {
    subscription.close();
  }

  /// Threads of management, each with a classifier for one question.
  private final class Explained implements RouteExplainer.Source {
    @Override
    public StatementClass classify(String sql) {
      byte[] text = sql.getBytes(StandardCharsets.UTF_8);
      int version = major();
      return version == 0
          ? StatementClass.unknown(text.length)
          : new StatementClassifier()
              .classify(text, text.length, SessionSyntax.of(version, true, "UTF8"));
    }

    @Override
    public Catalog catalog(String database, String user) {
      return Balancing.this.catalog(database, user);
    }

    @Override
    public RoutingView view() {
      return freshness.latest().view();
    }

    @Override
    public Router router() {
      return router;
    }
  }
}
