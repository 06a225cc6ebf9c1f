package org.relevo.proxy.balancing;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.relevo.proxy.catalog.CatalogSettings;
import org.relevo.proxy.catalog.Catalogs;
import org.relevo.proxy.config.Secret;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.CloseStack;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.freshness.NodeShare;
import org.relevo.proxy.freshness.PositionSettings;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.net.ProxyServer;
import org.relevo.proxy.net.ProxyServerSettings;
import org.relevo.proxy.net.UnixSockets;
import org.relevo.proxy.pool.LimitSettings;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.routing.RoutingView;
import org.relevo.proxy.session.DefinitionChanges;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.LabServer;
import org.relevo.proxy.testkit.ReplicatedPair;
import org.relevo.proxy.testkit.Rules;
import org.relevo.proxy.testkit.TestAccess;

/// The data plane with everything that balancing is made of, joined as the service joins it, over a
/// [ReplicatedPair]: the primary is node 0.
final class BalancedProxy implements AutoCloseable {
  static final BackendId PRIMARY = new BackendId(0);
  static final BackendId STANDBY = new BackendId(1);
  private static final Duration WAIT = Duration.ofSeconds(10);

  /// What a test chooses.
  ///
  /// @param poolSize server connections of each node
  /// @param rules settings of balancing, see [Rules]
  record Choice(PoolMode mode, int poolSize, String rules, double primary, double standby) {
    static Choice of(PoolMode mode, String rules) {
      return new Choice(mode, 10, rules, 1, 1);
    }
  }

  private final CloseStack parts = new CloseStack();
  private final ReplicatedPair pair;
  private final ProxyServer server;
  private final Balancing balancing;

  /// Ready when the catalog is read and the standby's position is known.
  BalancedProxy(ReplicatedPair pair, Choice choice) throws IOException {
    this.pair = pair;
    FixedViews views = new FixedViews(pair.primary().port(), pair.standby().port());
    views.standby(STANDBY.value());
    Catalogs catalogs =
        parts.add(
            "catalogs",
            new Catalogs(
                views,
                List.of(node(PRIMARY, pair.primary()), node(STANDBY, pair.standby())),
                CatalogSettings.DEFAULT));
    server =
        parts.add(
            "data plane",
            ProxyServer.start(settings(choice), views, TestAccess.of(pair.primary().port())));
    balancing =
        parts.add(
            "balancing",
            new Balancing(
                Rules.of(choice.rules()), views, catalogs, server.freshness(), 2, server.loops()));
    server.route(balancing, heard(catalogs));
    Await.until(() -> "ready: " + view(), this::ready);
  }

  private static NodeSettings node(BackendId id, LabServer server) {
    return new NodeSettings(
        id,
        "node" + id.value(),
        "127.0.0.1",
        server.port(),
        Optional.empty(),
        Optional.empty(),
        "template1",
        LabServer.USER,
        () -> LabServer.PASSWORD);
  }

  private static ProxyServerSettings settings(Choice choice) {
    return new ProxyServerSettings(
        List.of("127.0.0.1"),
        0,
        UnixSockets.NONE,
        128,
        2,
        new SessionSettings(100, WAIT, WAIT, WAIT, false),
        (_, _) -> TestAccess.pools(choice.mode(), choice.poolSize()),
        LimitSettings.NONE,
        new PositionSettings(
            Duration.ofMillis(5),
            LabServer.USER,
            new Secret(LabServer.PASSWORD),
            "postgres",
            Map.of(
                PRIMARY,
                new NodeShare(choice.primary(), ""),
                STANDBY,
                new NodeShare(choice.standby(), ""))));
  }

  private static DefinitionChanges heard(Catalogs catalogs) {
    return new DefinitionChanges() {
      @Override
      public void changing(String database) {
        catalogs.changing(database);
      }

      @Override
      public void changed(String database) {
        catalogs.changed(database);
      }
    };
  }

  private boolean ready() {
    RoutingView.Node standby = view().find(STANDBY);
    return standby != null
        && standby.replayed() != null
        && balancing.major() > 0
        && catalog().unnamed() == Catalog.Effect.READS;
  }

  private RoutingView view() {
    return server.freshness().positions().view();
  }

  private Catalog catalog() {
    return balancing.catalog("postgres", "trusty");
  }

  int port() {
    return server.address().getPort();
  }

  /// Reads may wait so long for the standby.
  BalancedProxy patience(Duration longest) {
    balancing.patience(longest);
    return this;
  }

  /// Reads that wait for the standby now.
  int waitingReads() {
    return server.positionFigures().waitingReads();
  }

  ReplicatedPair pair() {
    return pair;
  }

  /// The standby is known to have replayed what the primary has now.
  void caughtUp() throws SQLException {
    Lsn written = Lsn.parse(pair.primary().ask("SELECT pg_current_wal_insert_lsn()"));
    Await.until(
        () -> "caught up: " + view(),
        () -> {
          RoutingView.Node standby = view().find(STANDBY);
          Lsn replayed = standby == null ? null : standby.replayed();
          return replayed != null && replayed.compareTo(written) >= 0;
        });
  }

  /// Definitions that a client has changed are known again.
  void known() {
    Await.until("the catalog is read", () -> catalog().unnamed() == Catalog.Effect.READS);
  }

  @Override
  public void close() {
    parts.close();
  }
}
