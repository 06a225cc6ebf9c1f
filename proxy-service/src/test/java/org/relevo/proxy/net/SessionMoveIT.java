package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RawClient;
import org.relevo.proxy.testkit.RealServer;

/// Sessions that change their server: two independent servers with the same roles.
@Timeout(120)
class SessionMoveIT {
  private static final String WHERE = "SELECT pg_catalog.inet_server_port()::pg_catalog.text";

  @TempDir static Path folder;
  private static RealServer first;
  private static RealServer second;

  private FixedViews views;
  private ProxyServer proxy;
  private TrafficGate gate;

  @BeforeAll
  static void startServers() throws Exception {
    first = RealServer.start(folder.resolve("first"));
    second = RealServer.start(folder.resolve("second"));
    for (String role : List.of("postgres", "app", "hashed", "plain")) {
      second.sql("ALTER ROLE " + role + " PASSWORD '" + first.stored(role) + "'");
    }
    for (RealServer server : List.of(first, second)) {
      server.sql("CREATE SCHEMA elsewhere", "GRANT USAGE ON SCHEMA elsewhere TO public");
    }
  }

  @AfterAll
  static void stopServers() throws IOException {
    first.close();
    second.close();
  }

  @BeforeEach
  void startProxy() throws Exception {
    for (RealServer server : List.of(first, second)) {
      server.sql(
          "DROP TABLE IF EXISTS seen",
          "CREATE TABLE seen (id bigserial, client int, n int)",
          "GRANT ALL ON seen, seen_id_seq TO app, hashed");
    }
    views = new FixedViews(first.port(), second.port());
    proxy = Proxies.start(views, SessionMoveIT::storedPasswords);
    gate = proxy.gate();
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
  }

  @Test
  void writersGoOnWithoutErrorAndInOrder() throws Exception {
    try (Writers writers = new Writers(proxy, 6)) {
      Await.until("all write", () -> writers.slowest() > 5);
      hold("op");
      String standing = first.query("SELECT count(*) FROM seen");
      assertThat(gate.state().inTransaction()).isZero();
      assertThat(gate.state().atBoundary()).isEqualTo(6);
      Await.until("all wait", () -> writers.waiting() == 6);
      assertThat(first.query("SELECT count(*) FROM seen")).isEqualTo(standing);
      gate.release("op");
      int before = writers.slowest();
      Await.until("all write again", () -> writers.slowest() > before + 5);

      TrafficGate.MoveReport report = move("op2");

      assertThat(report).isEqualTo(new TrafficGate.MoveReport(6, 0));
      int moved = writers.slowest();
      Await.until("all write there", () -> writers.slowest() > moved + 5);
      writers.stop();
      for (int client = 0; client < 6; client++) {
        List<String> rows = rows(first, client);
        rows.addAll(rows(second, client));
        assertThat(rows).isEqualTo(writers.expected(client));
      }
    }
    assertThat(second.query("SELECT count(*) > 0 FROM seen")).isEqualTo("t");
  }

  @Test
  void holdCompletesWhenOpenTransactionsHaveEnded() throws Exception {
    try (Connection busy = Proxies.connect(proxy, "app", "app");
        Connection idle = Proxies.connect(proxy, "app", "app")) {
      busy.setAutoCommit(false);
      Proxies.run(busy, "INSERT INTO seen (client, n) VALUES (1, 1)");
      var held = gate.hold("op", Duration.ofSeconds(20)).toCompletableFuture();
      CompletableFuture<String> waiting = ask(idle, "SELECT 1");
      Proxies.run(busy, "INSERT INTO seen (client, n) VALUES (1, 2)");
      assertThat(held).isNotDone();
      assertThat(gate.state().inTransaction()).isEqualTo(1);

      busy.commit();

      assertThat(held.get(10, TimeUnit.SECONDS).inTransaction()).isZero();
      assertThat(waiting).isNotDone();
      gate.release("op");
      assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo("1");
    }
  }

  @Test
  void theGateOpensByItselfAtItsDeadline() throws Exception {
    try (Connection idle = Proxies.connect(proxy, "app", "app");
        Connection busy = Proxies.connect(proxy, "app", "app")) {
      busy.setAutoCommit(false);
      Proxies.one(busy, "SELECT 1");
      var held = gate.hold("op", Duration.ofMillis(500)).toCompletableFuture();
      assertThat(gate.state().holder()).contains("op");
      assertThatThrownBy(() -> gate.hold("other", Duration.ofSeconds(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("op");

      assertThat(ask(idle, "SELECT 'through'").get(10, TimeUnit.SECONDS)).isEqualTo("through");

      assertThat(gate.state().holder()).isEmpty();
      assertThatThrownBy(() -> held.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("opened before all sessions had settled");
      assertThatThrownBy(() -> gate.moveTo("op", new BackendId(1)).toCompletableFuture().get())
          .hasMessageContaining("not held by operation op");
      busy.commit();
    }
  }

  @Test
  void newClientsWaitBehindTheGateAndArriveAtTheNewServer() throws Exception {
    hold("op");
    CompletableFuture<Connection> arriving = connecting();
    Await.until("it waits", () -> proxy.poolBean().getInfo().waitingClients() == 1);
    views.primary(1);

    gate.moveTo("op", new BackendId(1)).toCompletableFuture().get(10, TimeUnit.SECONDS);

    try (Connection arrived = arriving.get(10, TimeUnit.SECONDS)) {
      assertThat(Proxies.one(arrived, WHERE)).isEqualTo(port(second));
    }
  }

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
          .isEqualTo(5);

      assertThat(moveHeld("op")).isEqualTo(new TrafficGate.MoveReport(1, 5));

      assertThat(Proxies.one(free, WHERE)).isEqualTo(port(second));
      List<String> reasons = List.copyOf(obstacles.values());
      for (int i = 0; i < bound.size(); i++) {
        assertEnded(bound.get(i), reasons.get(i));
      }
      assertEnded(clear, "clear-text password");
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
        Await.until("both are off", () -> proxy.poolBean().getInfo().serverConnections() == 0);

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

  @Test
  void whatIsSentWhileHeldArrivesExactlyOnceAndInOrder() throws Exception {
    int statements = 400;
    try (RawClient client = new RawClient(proxy.address().getPort(), "trusty", 0)) {
      client.send(RawClient.query("SELECT 1", StandardCharsets.UTF_8));
      client.untilReady(1);
      hold("op");
      byte[] half = RawClient.query(insert(0), StandardCharsets.UTF_8);
      client.send(java.util.Arrays.copyOf(half, 3)); // a header in two pieces
      gate.prepareMove("op").toCompletableFuture().get(10, TimeUnit.SECONDS);
      client.send(java.util.Arrays.copyOfRange(half, 3, half.length));
      CompletableFuture<Integer> sent =
          Background.run(() -> {
            int n = 1;
            for (; n < statements; n++) {
              client.send(RawClient.query(insert(n), StandardCharsets.UTF_8));
            }
            return n;
          });

      assertThat(moveHeld("op")).isEqualTo(new TrafficGate.MoveReport(1, 0));

      client.untilReady(statements);
      sent.get(10, TimeUnit.SECONDS);
    }
    assertThat(first.query("SELECT count(*) FROM seen")).isEqualTo("0");
    assertThat(second.query("SELECT count(*) || ' ' || count(DISTINCT n) FROM seen"))
        .isEqualTo("400 400");
    assertThat(second.query("SELECT bool_and(id = n + 1) FROM seen")).isEqualTo("t");
  }

  // ------------------------------------------------------------------ help

  private void hold(String operation) throws Exception {
    gate.hold(operation, Duration.ofSeconds(30)).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private TrafficGate.MoveReport move(String operation) throws Exception {
    hold(operation);
    gate.prepareMove(operation).toCompletableFuture().get(20, TimeUnit.SECONDS);
    return moveHeld(operation);
  }

  private TrafficGate.MoveReport moveHeld(String operation) throws Exception {
    views.primary(1);
    return gate.moveTo(operation, new BackendId(1)).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private CompletableFuture<Connection> connecting() {
    return Background.run(() -> Proxies.connect(proxy, "app", "app"));
  }

  private static CompletableFuture<String> ask(Connection connection, String sql) {
    return Background.run(() -> Proxies.one(connection, sql));
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

  private static String insert(int n) {
    return "INSERT INTO seen (client, n) VALUES (0, " + n + ")";
  }

  private static String port(RealServer server) {
    return String.valueOf(server.port());
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

  private static List<String> rows(RealServer server, int client) throws SQLException {
    String all =
        server.query(
            "SELECT coalesce(string_agg(n::text, ',' ORDER BY id), '') FROM seen WHERE client = "
                + client);
    return all.isEmpty() ? new ArrayList<>() : new ArrayList<>(List.of(all.split(",")));
  }

  private static CompletableFuture<Map<String, String>> storedPasswords(
      java.util.Set<String> roles) {
    return Background.run(() -> {
      Map<String, String> found = new LinkedHashMap<>();
      for (String role : roles) {
        String stored = first.stored(role);
        if (stored != null) {
          found.put(role, stored);
        }
      }
      return found;
    });
  }
}
