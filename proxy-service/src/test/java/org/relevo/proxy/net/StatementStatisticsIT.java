package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.jmx.contract.StatementInfo;
import org.relevo.jmx.contract.StatementNode;
import org.relevo.jmx.contract.StatementOrder;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.routing.Route;
import org.relevo.proxy.routing.SessionState;
import org.relevo.proxy.session.DefinitionChanges;
import org.relevo.proxy.session.Freshness;
import org.relevo.proxy.session.SessionRouter;
import org.relevo.proxy.session.SessionRouters;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.classify.StatementClassifier;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.RawClient;
import org.relevo.proxy.testkit.ReplicatedPair;
import org.relevo.proxy.testkit.TestAccess;
import org.relevo.proxy.testkit.TestRouter;

/// What is counted of a client's statements is what it ran, on a primary (node 0) and its streaming
/// standby (node 1), through pgJDBC in both protocols.
class StatementStatisticsIT {
  private static final LeakWatch LEAKS = new LeakWatch();

  @TempDir static Path folder;
  private static ReplicatedPair pair;

  private ProxyServer proxy;

  /// Sends statements where the test's router does, but knows their real shapes.
  private static final class ShapedRouter implements SessionRouter {
    private final TestRouter inner = new TestRouter();
    private final StatementClassifier classifier = new StatementClassifier();

    @Override
    public boolean active() {
      return true;
    }

    @Override
    public StatementClass classify(byte[] text, int length, boolean strings, String encoding) {
      StatementClass known = inner.classify(text, length, strings, encoding);
      StatementClass real =
          classifier.classify(text, length, SessionSyntax.of(18, strings, encoding));
      return new StatementClass(
          known.statements(),
          real.parsed(),
          known.hints(),
          real.fingerprint(),
          known.leadingComment());
    }

    @Override
    public Route route(StatementClass statement, SessionState state) {
      return inner.route(statement, state);
    }

    @Override
    public boolean writes(Route route) {
      return inner.writes(route);
    }

    @Override
    public Freshness freshness() {
      return inner.freshness();
    }
  }

  @BeforeAll
  static void startServers() throws Exception {
    pair = new ReplicatedPair(folder);
  }

  @AfterAll
  static void stopServers() throws IOException {
    pair.close();
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
    LEAKS.assertNone();
  }

  private void start(PoolMode mode, SessionRouters routers) throws Exception {
    pair.primary().execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int PRIMARY KEY, b int)");
    pair.level();
    Duration wait = Duration.ofSeconds(10);
    proxy =
        ProxyServer.start(
            TestAccess.settings(
                0, 2, new SessionSettings(50, wait, wait, wait, false), TestAccess.pools(mode, 5)),
            new FixedViews(pair.primary().port(), pair.standby().port()),
            TestAccess.of(pair.primary().port()));
    proxy.route(routers, DefinitionChanges.UNHEARD);
    proxy.statements().limit(1000);
  }

  private void start(PoolMode mode) throws Exception {
    start(mode, (_, _, _) -> new ShapedRouter());
  }

  private Connection connect(String queries) throws SQLException {
    return Proxies.connect(proxy, "trusty", "", Map.of("preferQueryMode", queries));
  }

  private @Nullable StatementInfo find(String text) {
    List<StatementInfo> found =
        proxy.statements().top(1000, StatementOrder.TOTAL_TIME).stream()
            .filter(row -> row.text().equals(text))
            .toList();
    assertThat(found).as(text).hasSizeLessThan(2);
    return found.isEmpty() ? null : found.getFirst();
  }

  private void assertCounted(String text, int calls, int errors, int rows, int node) {
    StatementInfo row = find(text);
    assertThat(row).as(text).isNotNull();
    assertThat(List.of(row.calls(), row.errors(), row.rows()))
        .as("calls, errors and rows of %s", text)
        .containsExactly((long) calls, (long) errors, (long) rows);
    assertThat(row.nodes()).extracting(StatementNode::nodeId).containsExactly(node);
    assertThat(row.nodes().getFirst().calls()).isEqualTo(calls);
    assertThat(row.database()).isEqualTo("postgres");
    assertThat(row.user()).isEqualTo("trusty");
    assertThat(row.totalMs()).isPositive();
  }

  private static void fails(Connection connection, String sql, String state) {
    assertThatThrownBy(() -> Proxies.run(connection, sql))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
  }

  @ParameterizedTest
  @CsvSource({
    "SESSION, simple",
    "SESSION, extended",
    "TRANSACTION, simple",
    "TRANSACTION, extended"
  })
  void whatRanIsCounted(PoolMode mode, String queries) throws Exception {
    start(mode);
    try (Connection connection = connect(queries)) {
      for (int i = 0; i < 6; i++) {
        Proxies.run(
            connection, "INSERT INTO t SELECT generate_series(%d, %d)".formatted(3 * i, 3 * i + 2));
      }
      for (int i = 0; i < 4; i++) {
        assertThat(Proxies.one(connection, "/*1*/ SELECT generate_series(1, 2)")).isEqualTo("1");
      }
      Proxies.run(connection, "UPDATE t SET b = 1 WHERE a < 5");
      fails(connection, "INSERT INTO t SELECT generate_series(3, 9)", "23505");
      fails(connection, "SELECT missing FROM t", "42703");
      fails(connection, "SELECT a / 0 FROM t", "22012");
      connection.setAutoCommit(false);
      for (int i = 0; i < 3; i++) {
        Proxies.run(connection, "DELETE FROM t WHERE a = " + i);
      }
      connection.rollback();
      Proxies.run(connection, "SELECT pg_sleep(0.05)");
      connection.commit();
    }
    assertCounted("insert into t select generate_series(?, ?)", 7, 1, 18, 0);
    assertCounted("select generate_series(?, ?)", 4, 0, 8, 1);
    assertCounted("update t set b = ? where a < ?", 1, 0, 5, 0);
    assertCounted("select missing from t", 1, 1, 0, 0);
    assertCounted("select a / ? from t", 1, 1, 0, 0);
    assertCounted("delete from t where a = ?", 3, 0, 3, 0);
    StatementInfo slow = find("select pg_sleep(?)");
    assertThat(slow).isNotNull();
    assertThat(slow.totalMs()).isBetween(50.0, 5000.0);
    assertThat(slow.p50Ms()).isBetween(46.0, 5000.0);
    assertThat(slow.maxMs()).isGreaterThanOrEqualTo(slow.p99Ms());
    proxy.statements().reset();
    assertThat(find("select pg_sleep(?)")).isNull();
  }

  @ParameterizedTest
  @CsvSource({"SESSION", "TRANSACTION"})
  void ofAPipelineEachIsCountedUpToTheError(PoolMode mode) throws Exception {
    start(mode);
    try (Connection connection = connect("extended");
        PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
      connection.setAutoCommit(false);
      for (int round = 0; round < 10; round++) {
        insert.setInt(1, round);
        insert.setInt(2, round);
        assertThat(insert.executeUpdate()).isEqualTo(1);
      }
      connection.commit();
      for (int i = 10; i < 30; i++) {
        insert.setInt(1, i == 21 ? 5 : i);
        insert.setInt(2, i);
        insert.addBatch();
      }
      assertThatThrownBy(insert::executeBatch).isInstanceOf(BatchUpdateException.class);
      connection.rollback();
    }
    assertCounted("insert into t values (?, ?)", 22, 1, 21, 0);
  }

  @ParameterizedTest
  @CsvSource({"SESSION", "TRANSACTION"})
  void aPortalIsOneCall(PoolMode mode) throws Exception {
    start(mode);
    try (Connection connection = connect("extended");
        Statement reading = connection.createStatement()) {
      connection.setAutoCommit(false);
      reading.setFetchSize(2);
      int seen = 0;
      try (ResultSet rows = reading.executeQuery("/*1*/ SELECT a FROM generate_series(1, 9) a")) {
        while (rows.next()) {
          seen++;
        }
      }
      assertThat(seen).isEqualTo(9);
      connection.commit();
    }
    StatementInfo row = find("select a from generate_series(?, ?) a");
    assertThat(row).isNotNull();
    assertThat(row.calls()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"SESSION", "TRANSACTION"})
  void pipelinedStringsAreCountedOneByOne(PoolMode mode) throws Exception {
    start(mode);
    int times = 50;
    try (RawClient client = new RawClient(proxy.address().getPort(), "trusty", 65_536)) {
      for (int i = 0; i < times; i++) {
        client.send(RawClient.query("SELECT 1; SELECT 2", StandardCharsets.UTF_8));
      }
      long begun = System.nanoTime();
      assertThat(client.untilReady(times)).hasSize(times * 7);
      double tookMs = (System.nanoTime() - begun) / 1e6;
      StatementInfo row = find("select ?; select ?");
      assertThat(row).isNotNull();
      assertThat(row.calls()).isEqualTo(times);
      assertThat(row.rows()).isEqualTo(times * 2L);
      assertThat(row.totalMs()).as("no time counted twice").isLessThan(tookMs + 1000);
    }
  }

  @ParameterizedTest
  @CsvSource({"SESSION", "TRANSACTION"})
  void aSessionThatIsNotRoutedIsNotCounted(PoolMode mode) throws Exception {
    start(mode, SessionRouters.NONE);
    try (Connection connection = connect("extended")) {
      assertThat(Proxies.one(connection, "SELECT 1")).isEqualTo("1");
    }
    assertThat(proxy.statements().status().entries()).isZero();
  }
}
