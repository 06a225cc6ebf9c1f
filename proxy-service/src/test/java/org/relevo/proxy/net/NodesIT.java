package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.session.DefinitionChanges;
import org.relevo.proxy.session.SessionRouters;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.RawClient;
import org.relevo.proxy.testkit.ReplicatedPair;
import org.relevo.proxy.testkit.TestAccess;
import org.relevo.proxy.testkit.TestRouter;

/// One client on a primary (node 0) and its streaming standby (node 1), through pgJDBC in both
/// protocols. The router of the test sends a read to the node in its comment.
class NodesIT {
  private static final String AT_STANDBY = "/*1*/ SELECT pg_is_in_recovery()";
  private static final String WHERE = "SELECT pg_is_in_recovery()";
  private static final LeakWatch LEAKS = new LeakWatch();

  @TempDir static Path folder;
  private static ReplicatedPair pair;

  private ProxyServer proxy;

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
    pair.primary().execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
    pair.level();
    Duration wait = Duration.ofSeconds(10);
    proxy =
        ProxyServer.start(
            TestAccess.settings(
                0, 2, new SessionSettings(50, wait, wait, wait, false), TestAccess.pools(mode, 5)),
            new FixedViews(pair.primary().port(), pair.standby().port()),
            TestAccess.of(pair.primary().port()));
    proxy.route(routers, DefinitionChanges.UNHEARD);
  }

  private void start(PoolMode mode) throws Exception {
    start(mode, (_, _, _) -> new TestRouter());
  }

  private Connection connect(String queries) throws SQLException {
    return Proxies.connect(proxy, "trusty", "", Map.of("preferQueryMode", queries));
  }

  @ParameterizedTest
  @CsvSource({
    "SESSION, simple",
    "SESSION, extended",
    "TRANSACTION, simple",
    "TRANSACTION, extended"
  })
  void aTransactionReadsOnTheStandbyUntilItWrites(PoolMode mode, String queries) throws Exception {
    start(mode);
    try (Connection connection = connect(queries)) {
      assertThat(Proxies.one(connection, AT_STANDBY)).isEqualTo("t");
      connection.setAutoCommit(false);
      for (int i = 0; i < 3; i++) {
        assertThat(Proxies.one(connection, AT_STANDBY)).isEqualTo("t");
        Proxies.run(connection, "INSERT INTO t VALUES (1)");
        assertThat(Proxies.one(connection, AT_STANDBY)).isEqualTo("f");
        assertThat(Proxies.one(connection, "SELECT count(*) FROM t")).isEqualTo("" + (i + 1));
        connection.commit();
      }
      assertThat(Proxies.one(connection, AT_STANDBY)).isEqualTo("t");
      connection.rollback();
    }
    assertThat(pair.primary().ask("SELECT count(*) FROM t")).isEqualTo("3");
  }

  @ParameterizedTest
  @CsvSource({
    "SESSION, simple",
    "SESSION, extended",
    "TRANSACTION, simple",
    "TRANSACTION, extended"
  })
  void settingsFollow(PoolMode mode, String queries) throws Exception {
    start(mode);
    try (Connection connection = connect(queries)) {
      Proxies.run(connection, "SET application_name = 'one'");
      assertThat(Proxies.one(connection, shows("application_name"))).isEqualTo("one true");
      connection.setAutoCommit(false);
      Proxies.run(connection, "SET LOCAL application_name = 'two'");
      assertThat(Proxies.one(connection, shows("application_name"))).isEqualTo("two true");
      Proxies.run(connection, "SET work_mem = '7MB'");
      assertThat(Proxies.one(connection, shows("work_mem"))).isEqualTo("7MB true");
      connection.rollback();
      assertThat(Proxies.one(connection, shows("application_name"))).isEqualTo("one true");
      assertThat(Proxies.one(connection, shows("work_mem"))).isNotEqualTo("7MB true");
      Proxies.run(connection, "SET work_mem = '9MB'");
      connection.commit();
      assertThat(Proxies.one(connection, shows("work_mem"))).isEqualTo("9MB true");
      Proxies.run(connection, "INSERT INTO t VALUES (1)");
      assertThat(Proxies.one(connection, shows("work_mem"))).isEqualTo("9MB false");
      connection.commit();
    }
  }

  private static String shows(String setting) {
    return "/*1*/ SELECT current_setting('" + setting + "') || ' ' || pg_is_in_recovery()::text";
  }

  @ParameterizedTest
  @CsvSource({
    "SESSION, simple",
    "SESSION, extended",
    "TRANSACTION, simple",
    "TRANSACTION, extended"
  })
  void savepointsFollow(PoolMode mode, String queries) throws Exception {
    start(mode);
    try (Connection connection = connect(queries)) {
      connection.setAutoCommit(false);
      Savepoint before = connection.setSavepoint("before");
      assertThatThrownBy(() -> Proxies.one(connection, "/*1*/ SELECT 1/0"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22012"));
      assertThatThrownBy(() -> Proxies.run(connection, "INSERT INTO t VALUES (0)"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25P02"));
      connection.rollback(before);
      Proxies.run(connection, "INSERT INTO t VALUES (1)");
      Savepoint after = connection.setSavepoint("after");
      Proxies.run(connection, "INSERT INTO t VALUES (2)");
      connection.rollback(after);
      connection.commit();
      assertThat(Proxies.one(connection, "SELECT string_agg(a::text, ',') FROM t")).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @CsvSource({"SESSION", "TRANSACTION"})
  void preparedStatementsFollow(PoolMode mode) throws Exception {
    AtomicInteger turn = new AtomicInteger();
    start(
        mode,
        (_, _, _) -> new TestRouter(_ -> new BackendId(turn.incrementAndGet() % 2)).readsOn());
    try (Connection connection = connect("extended");
        PreparedStatement statement =
            connection.prepareStatement("SELECT ?::int + 1, pg_is_in_recovery()")) {
      for (boolean autocommit : new boolean[] {true, false}) {
        connection.setAutoCommit(autocommit);
        int standbys = 0;
        for (int i = 0; i < 40; i++) {
          statement.setInt(1, i);
          try (ResultSet rows = statement.executeQuery()) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(i + 1);
            standbys += rows.getBoolean(2) ? 1 : 0;
          }
        }
        assertThat(standbys).isBetween(10, 30);
      }
      connection.rollback();
    }
  }

  @ParameterizedTest
  @CsvSource({"SESSION", "TRANSACTION"})
  void aCursorOfTheStandbyOutlivesAWrite(PoolMode mode) throws Exception {
    start(mode);
    try (Connection connection = connect("extended");
        Statement reading = connection.createStatement()) {
      connection.setAutoCommit(false);
      reading.setFetchSize(2);
      int seen = 0;
      try (ResultSet rows =
          reading.executeQuery("/*1*/ SELECT pg_is_in_recovery() FROM generate_series(1, 9)")) {
        while (rows.next()) {
          assertThat(rows.getBoolean(1)).isTrue();
          seen++;
          if (seen == 3) {
            Proxies.run(connection, "INSERT INTO t VALUES (1)");
          }
        }
      }
      assertThat(seen).isEqualTo(9);
      connection.commit();
    }
    assertThat(pair.primary().ask("SELECT count(*) FROM t")).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource({"SESSION", "TRANSACTION"})
  void oneSnapshotIsOneNodes(PoolMode mode) throws Exception {
    start(mode);
    try (Connection connection = connect("extended")) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.commit();
      assertThat(Proxies.one(connection, AT_STANDBY)).isEqualTo("t");
      assertThat(Proxies.one(connection, WHERE)).isEqualTo("t");
      connection.commit();
      assertThat(Proxies.one(connection, WHERE)).isEqualTo("f");
      assertThat(Proxies.one(connection, AT_STANDBY)).isEqualTo("f");
      connection.commit();
    }
  }

  @ParameterizedTest
  @CsvSource({"SESSION", "TRANSACTION"})
  void aStringThatBeginsKeepsItsReadsAtHome(PoolMode mode) throws Exception {
    start(mode);
    try (RawClient client = new RawClient(proxy.address().getPort(), "trusty", 65_536)) {
      assertThat(answer(client, "BEGIN; INSERT INTO t VALUES (1)")).isEmpty();
      assertThat(answer(client, "/*1*/ SELECT count(*) FROM t")).isEqualTo("1");
      assertThat(answer(client, "COMMIT")).isEmpty();
      assertThat(answer(client, "BEGIN; SET LOCAL application_name = 'x'")).isEmpty();
      assertThat(answer(client, "/*1*/ SELECT current_setting('application_name')")).isEqualTo("x");
      assertThat(answer(client, "ROLLBACK")).isEmpty();
      assertThat(answer(client, AT_STANDBY)).isEqualTo("t");
    }
  }

  private static String answer(RawClient client, String sql) throws IOException {
    client.send(RawClient.query(sql, java.nio.charset.StandardCharsets.UTF_8));
    StringBuilder values = new StringBuilder();
    for (RawClient.Message message : client.untilReady(1)) {
      assertThat(message.tag()).as("answer to %s", sql).isNotEqualTo('E');
      if (message.tag() == 'D') {
        values.append(message.column(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    return values.toString();
  }
}
