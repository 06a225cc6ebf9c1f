package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.RawClient;

/// Sessions that change their server.
@Timeout(120)
class SessionMoveIT extends TwoServers {
  @Test
  void settingsAndPreparedStatementsTravelWithEveryKindOfLogin() throws Exception {
    for (String role : List.of("trusty", "hashed", "app")) {
      views.primary(0);
      try (Connection connection =
              Proxies.connect(proxy, role, role, Map.of("prepareThreshold", "1"));
          PreparedStatement prepared =
              connection.prepareStatement("SELECT ?::int + 1, inet_server_port()")) {
        assertThat(answer(prepared, 1)).containsExactly("2", port(first));
        assertThat(answer(prepared, 2)).containsExactly("3", port(first));
        for (String sql :
            List.of(
                "SET search_path TO elsewhere, \"$user\", public",
                "SET application_name TO 'it''s me'",
                "SET TimeZone TO 'America/Lima'",
                "SET work_mem TO '12MB'",
                "SET statement_timeout TO '90s'",
                "SET DateStyle TO 'ISO, DMY'",
                "PREPARE plus (int) AS SELECT $1 + 40")) {
          Proxies.run(connection, sql);
        }
        Map<String, String> before = shown(connection);
        String statements = "SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql";
        String prepares = Proxies.one(connection, statements);

        TrafficGate.MoveReport report = move("op-" + role);

        assertThat(Proxies.one(connection, WHERE)).isEqualTo(port(second));
        assertThat(report).isEqualTo(new TrafficGate.MoveReport(1, 0));
        assertThat(shown(connection)).isEqualTo(before);
        assertThat(answer(prepared, 5)).containsExactly("6", port(second));
        assertThat(Integer.parseInt(Proxies.one(connection, statements)))
            .isGreaterThanOrEqualTo(Integer.parseInt(prepares));
        assertThat(Proxies.one(connection, "EXECUTE plus (2)")).isEqualTo("42");
        assertThat(Proxies.one(connection, "SELECT current_user")).isEqualTo(role);
      }
    }
  }

  @Test
  void whatTheClientWroteInAnotherEncodingStaysAsItWas() throws Exception {
    Charset latin = StandardCharsets.ISO_8859_1;
    try (RawClient client = new RawClient(proxy.address().getPort(), "trusty", 0)) {
      client.send(RawClient.query("SET client_encoding TO LATIN1", latin));
      client.send(RawClient.query("SET application_name TO 'c'; SET search_path TO \"ç\"", latin));
      client.send(RawClient.query("PREPARE p AS SELECT 'é'::text", latin));
      client.untilReady(3);

      assertThat(move("op")).isEqualTo(new TrafficGate.MoveReport(1, 0));

      client.send(RawClient.query("EXECUTE p; SHOW search_path; " + WHERE, latin));
      List<String> answers =
          client.untilReady(1).stream()
              .filter(message -> message.tag() == 'D')
              .map(message -> message.column(latin))
              .toList();
      assertThat(answers).containsExactly("é", "\"ç\"", port(second));
    }
  }

  @Test
  void aStatementThatCannotBePreparedAnyMoreIsMissedOnlyWhenUsed() throws Exception {
    first.sql("CREATE TABLE only_here (a int)", "GRANT ALL ON only_here TO app");
    try (Connection connection = Proxies.connect(proxy, "app", "app")) {
      Proxies.run(connection, "PREPARE stale AS SELECT * FROM only_here");
      Proxies.run(connection, "PREPARE useful AS SELECT 'ready'");
      assertThat(move("op")).isEqualTo(new TrafficGate.MoveReport(1, 0));
      assertThat(Proxies.one(connection, "EXECUTE useful")).isEqualTo("ready");
      assertThatThrownBy(() -> Proxies.one(connection, "EXECUTE stale"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("26000"));
      assertThat(Proxies.one(connection, WHERE)).isEqualTo(port(second));
    } finally {
      first.sql("DROP TABLE only_here");
    }
  }

  @Test
  void theRoleThatWasTakenOnIsKept() throws Exception {
    try (Connection connection = Proxies.connect(proxy, "trusty", "")) {
      Proxies.run(connection, "SET SESSION AUTHORIZATION app");
      assertThat(move("op").moved()).isEqualTo(1);
      assertThat(Proxies.one(connection, "SELECT session_user || current_user"))
          .isEqualTo("appapp");
    }
  }

  @Test
  void sessionsThatCannotGoAreToldWhyAndOthersGo() throws Exception {
    Map<String, String> obstacles = new LinkedHashMap<>();
    obstacles.put("CREATE TEMP TABLE mine (a int)", "temporary tables");
    obstacles.put("SELECT pg_advisory_lock(7)", "advisory locks");
    obstacles.put("LISTEN news", "listens for notifications");
    obstacles.put("BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT 1; COMMIT", "WITH HOLD cursors");
    List<Connection> bound = new ArrayList<>();
    try (Connection free = Proxies.connect(proxy, "app", "app");
        Connection clear = Proxies.connect(proxy, "plain", "plain")) {
      Proxies.one(free, "SELECT 1");
      Proxies.one(clear, "SELECT 1");
      for (String sql : obstacles.keySet()) {
        Connection connection = Proxies.connect(proxy, "app", "app");
        Proxies.run(connection, sql);
        bound.add(connection);
      }
      hold("op");
      assertThat(gate.prepareMove("op").toCompletableFuture().get(10, TimeUnit.SECONDS))
          .isEqualTo(4);

      assertThat(moveHeld("op")).isEqualTo(new TrafficGate.MoveReport(2, 4));

      assertThat(Proxies.one(free, WHERE)).isEqualTo(port(second));
      List<String> reasons = List.copyOf(obstacles.values());
      for (int i = 0; i < bound.size(); i++) {
        assertEnded(bound.get(i), reasons.get(i));
      }
      assertThat(Proxies.one(clear, WHERE)).isEqualTo(port(second));
    } finally {
      for (Connection connection : bound) {
        connection.close();
      }
    }
  }

  @Test
  void aSessionThatCannotGoStaysWhenTheOperationIsGivenUp() throws Exception {
    try (Connection connection = Proxies.connect(proxy, "app", "app")) {
      Proxies.run(connection, "CREATE TEMP TABLE mine AS SELECT 5 AS a");
      hold("op");
      assertThat(gate.prepareMove("op").toCompletableFuture().get(10, TimeUnit.SECONDS))
          .isEqualTo(1);
      gate.release("op");
      assertThat(Proxies.one(connection, "SELECT a FROM mine")).isEqualTo("5");
    }
  }

  @Test
  void theOldServersEndDuringTheHoldIsNotToldToTheClient() throws Exception {
    try (Connection connection = Proxies.connect(proxy, "app", "app");
        Connection untouched = Proxies.connect(proxy, "app", "app")) {
      Proxies.run(connection, "SET application_name TO 'traveller'");
      hold("op");
      gate.prepareMove("op").toCompletableFuture().get(10, TimeUnit.SECONDS);
      CompletableFuture<String> waiting = ask(connection, "SHOW application_name");
      first.stop(PgCtl.StopMode.FAST);
      try {
        Await.until(
            "both are off", () -> proxy.poolBean(() -> "test").getInfo().serverConnections() == 0);

        assertThat(moveHeld("op")).isEqualTo(new TrafficGate.MoveReport(2, 0));

        assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo("traveller");
        assertThat((Object) connection.getWarnings()).isNull();
        assertThat(Proxies.one(untouched, WHERE)).isEqualTo(port(second));
      } finally {
        first.start();
      }
    }
  }

  @Test
  void aCancelReachesTheNewServer() throws Exception {
    try (Connection connection = Proxies.connect(proxy, "app", "app");
        Statement slow = connection.createStatement()) {
      Proxies.one(connection, "SELECT 1");
      assertThat(move("op").moved()).isEqualTo(1);
      CompletableFuture<Boolean> running =
          Background.run(() -> slow.execute("SELECT pg_sleep(60)"));
      Await.until(
          "it sleeps",
          () ->
              second
                  .query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
                  .equals("1"));
      slow.cancel();
      assertThatThrownBy(() -> running.get(10, TimeUnit.SECONDS))
          .hasRootCauseMessage("ERROR: canceling statement due to user request");
      assertThat(Proxies.one(connection, WHERE)).isEqualTo(port(second));
    }
  }

  private static void assertEnded(Connection connection, String reason) {
    assertThatThrownBy(() -> Proxies.one(connection, "SELECT 1"))
        .isInstanceOfSatisfying(
            SQLException.class,
            e -> {
              assertThat(e.getSQLState()).isEqualTo("57P01");
              assertThat(e.getMessage()).contains("server was changed").contains(reason);
            });
  }

  private static List<String> answer(PreparedStatement statement, int value) throws SQLException {
    statement.setInt(1, value);
    try (ResultSet result = statement.executeQuery()) {
      result.next();
      return List.of(result.getString(1), result.getString(2));
    }
  }

  private static Map<String, String> shown(Connection connection) throws SQLException {
    Map<String, String> values = new LinkedHashMap<>();
    for (String name :
        List.of(
            "search_path",
            "application_name",
            "TimeZone",
            "work_mem",
            "statement_timeout",
            "DateStyle",
            "extra_float_digits")) {
      values.put(name, Proxies.one(connection, "SHOW " + name));
    }
    return values;
  }
}
