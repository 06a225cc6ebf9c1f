package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
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
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.TestAccess;

@Timeout(120)
class ProxyRelayIT {
  @TempDir static Path folder;
  private static RealServer server;

  private FixedViews views;
  private ProxyServer proxy;

  @BeforeAll
  static void startServer() throws Exception {
    server = RealServer.start(folder.resolve("pg"));
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @BeforeEach
  void startProxy() throws IOException {
    views = new FixedViews(server.port());
    proxy = startProxy(views, 50, Duration.ofSeconds(10));
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
  }

  @Test
  void everyWayToLogInPasses() throws SQLException {
    for (String role : new String[] {"postgres", "trusty", "plain", "hashed", "app"}) {
      String password = role.equals("postgres") ? RealServer.PASSWORD : role;
      try (Connection connection = connect(role, password, Map.of())) {
        assertThat(one(connection, "SELECT current_user")).isEqualTo(role);
      }
    }
    assertThatThrownBy(() -> connect("app", "wrong", Map.of()))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
  }

  @Test
  void simpleAndExtendedAndPreparedQueriesPass() throws SQLException {
    for (String mode : new String[] {"simple", "extended"}) {
      try (Connection connection =
          connect("app", "app", Map.of("preferQueryMode", mode, "prepareThreshold", "2"))) {
        for (int i = 0; i < 10; i++) {
          try (PreparedStatement statement =
              connection.prepareStatement("SELECT ?::int + g FROM generate_series(1, 3) g")) {
            statement.setInt(1, i);
            ResultSet result = statement.executeQuery();
            int rows = 0;
            while (result.next()) {
              rows++;
              assertThat(result.getInt(1)).isEqualTo(i + rows);
            }
            assertThat(rows).isEqualTo(3);
          }
        }
        connection.setAutoCommit(false);
        assertThat(one(connection, "SELECT 1")).isEqualTo("1");
        assertThatThrownBy(() -> one(connection, "SELECT 1/0"))
            .hasMessageContaining("division by zero");
        connection.rollback();
        assertThat(one(connection, "SELECT 2")).isEqualTo("2");
        connection.commit();
      }
    }
  }

  @Test
  void copyPassesInBothDirections() throws Exception {
    try (Connection connection = connect("app", "app", Map.of())) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("CREATE TEMP TABLE t (a int, b text)");
      }
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      StringBuilder rows = new StringBuilder();
      for (int i = 0; i < 50_000; i++) {
        rows.append(i).append("\tvalue ").append(i).append('\n');
      }
      assertThat(copy.copyIn("COPY t FROM STDIN", new StringReader(rows.toString())))
          .isEqualTo(50_000);
      StringWriter out = new StringWriter();
      copy.copyOut("COPY t TO STDOUT", out);
      assertThat(out.toString()).isEqualTo(rows.toString());
      assertThatThrownBy(() -> copy.copyIn("COPY t FROM STDIN", new StringReader("x\ty\n")))
          .hasMessageContaining("invalid input syntax");
      assertThat(one(connection, "SELECT count(*) FROM t")).isEqualTo("50000");
    }
  }

  @Test
  void aCancelReachesTheStatementOfItsClientOnly() throws Exception {
    try (Connection first = connect("app", "app", Map.of());
        Connection second = connect("app", "app", Map.of());
        Statement slow = first.createStatement();
        Statement other = second.createStatement()) {
      CompletableFuture<Boolean> running =
          Background.run(() -> slow.execute("SELECT pg_sleep(60)"));
      CompletableFuture<Boolean> undisturbed =
          Background.run(() -> other.execute("SELECT pg_sleep(1.5)"));
      Await.until(
          "both run",
          () ->
              server
                  .query(
                      "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND"
                          + " wait_event = 'PgSleep'")
                  .equals("2"));
      slow.cancel();
      assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("ERROR: canceling statement due to user request");
      assertThat(undisturbed.get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(one(first, "SELECT 'still here'")).isEqualTo("still here");
      assertThat(proxy.poolBean(() -> "test").getInfo().cancelRequestsTotal()).isEqualTo(1);
    }
  }

  @Test
  void theClientsProcessNumberIsTheServers() throws SQLException {
    try (Connection connection = connect("app", "app", Map.of())) {
      assertThat(one(connection, "SELECT pg_backend_pid()"))
          .isEqualTo(String.valueOf(connection.unwrap(PGConnection.class).getBackendPID()));
    }
  }

  @Test
  void noPrimaryIsToldAfterAVisibleWait() throws Exception {
    try (ProxyServer impatient = startProxy(views, 50, Duration.ofMillis(300))) {
      views.noPrimary("node0 is being demoted");
      assertThatThrownBy(() -> connect(impatient, "app", "app", Map.of()))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(e.getSQLState()).isEqualTo("57P03");
                assertThat(e.getMessage()).contains("node0 is being demoted");
              });
    }
    CompletableFuture<Connection> waiting = Background.run(() -> connect("app", "app", Map.of()));
    Await.until(
        "the client waits", () -> proxy.poolBean(() -> "test").getInfo().waitingClients() == 1);
    views.primary(0);
    try (Connection connection = waiting.get(20, TimeUnit.SECONDS)) {
      assertThat(one(connection, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void anUnreachableServerIsNamed() throws Exception {
    int port = NewCluster.freePort();
    try (ProxyServer lonely = startProxy(new FixedViews(port), 50, Duration.ofSeconds(10))) {
      assertThatThrownBy(() -> connect(lonely, "app", "app", Map.of()))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(e.getSQLState()).isEqualTo("08006");
                assertThat(e.getMessage()).contains("node0 (127.0.0.1:" + port + ")");
              });
    }
  }

  @Test
  void oneClientTooManyIsTurnedAway() throws Exception {
    try (ProxyServer small = startProxy(views, 2, Duration.ofSeconds(10))) {
      List<Connection> connections = new ArrayList<>();
      connections.add(connect(small, "app", "app", Map.of()));
      connections.add(connect(small, "app", "app", Map.of()));
      assertThatThrownBy(() -> connect(small, "app", "app", Map.of()))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("53300"));
      connections.removeFirst().close();
      Await.until("one has gone", () -> small.poolBean(() -> "test").getInfo().clients() < 2);
      connections.add(connect(small, "app", "app", Map.of()));
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }

  @Test
  void aTerminatedBackendIsToldToItsClient() throws Exception {
    try (Connection connection = connect("app", "app", Map.of())) {
      String pid = one(connection, "SELECT pg_backend_pid()");
      server.sql("SELECT pg_terminate_backend(" + pid + ")");
      assertThatThrownBy(() -> one(connection, "SELECT 1"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
    }
    Await.until(
        "nothing is left", () -> proxy.poolBean(() -> "test").getInfo().serverConnections() == 0);
  }

  @Test
  void aPortInUseIsOneClearLine() {
    ProxyServerSettings taken =
        TestAccess.settings(proxy.address().getPort(), 1, settings(5, Duration.ZERO));
    assertThatThrownBy(() -> ProxyServer.start(taken, views, TestAccess.of(server.port())))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "cannot listen on 127.0.0.1:"
                + proxy.address().getPort()
                + ": the port is in use; free it or change listen_addresses or port");
  }

  @Test
  void otherProtocolsAreClosedAtOnceAndProtocol2IsAnswered() throws Exception {
    try (Socket http = socket()) {
      http.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(http.getInputStream().read()).isEqualTo(-1);
    }
    try (Socket old = socket()) {
      old.getOutputStream().write(new byte[] {0, 0, 0, 8, 0, 2, 0, 0});
      InputStream in = old.getInputStream();
      assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("EFATAL:  unsupported frontend protocol 2.0");
    }
    try (Socket ssl = socket()) {
      ssl.getOutputStream().write(new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f});
      assertThat(ssl.getInputStream().read()).isEqualTo('N');
      ssl.getOutputStream().write(new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x30});
      assertThat(ssl.getInputStream().read()).isEqualTo('N');
    }
    assertThat(proxy.poolBean(() -> "test").getInfo().refusedTotal()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void replicationConnectionsAreRefusedWithAReason() {
    assertThatThrownBy(() ->
            connect(
                "postgres",
                RealServer.PASSWORD,
                Map.of(
                    "replication",
                    "database",
                    "preferQueryMode",
                    "simple",
                    "assumeMinServerVersion",
                    "9.4")))
        .isInstanceOfSatisfying(
            SQLException.class,
            e -> {
              assertThat(e.getSQLState()).isEqualTo("0A000");
              assertThat(e.getMessage()).contains("replication connections are not allowed");
            });
  }

  @Test
  void samplesCountTransactionsAndBytes() throws Exception {
    try (Connection connection = connect("app", "app", Map.of())) {
      long before = proxy.poolBean(() -> "test").getInfo().transactionsTotal();
      for (int i = 0; i < 25; i++) {
        one(connection, "SELECT " + i);
      }
      assertThat(proxy.poolBean(() -> "test").getInfo().transactionsTotal()).isEqualTo(before + 25);
      assertThat(proxy.poolBean(() -> "test").getInfo().serverConnections()).isEqualTo(1);
      Await.until(
          "a sample shows them",
          () ->
              proxy.poolBean(() -> "test").samplesSince(0).stream()
                  .anyMatch(sample -> sample.transactionsPerSecond() > 10));
    }
  }

  private Socket socket() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.address().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private Connection connect(String role, String password, Map<String, String> more)
      throws SQLException {
    return connect(proxy, role, password, more);
  }

  private static Connection connect(
      ProxyServer through, String role, String password, Map<String, String> more)
      throws SQLException {
    Properties properties = new Properties();
    properties.put("user", role);
    properties.put("password", password);
    properties.putAll(more);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + through.address().getPort() + "/postgres", properties);
  }

  private static ProxyServer startProxy(FixedViews views, int maxClients, Duration primaryWait)
      throws IOException {
    return ProxyServer.start(
        TestAccess.settings(0, 2, settings(maxClients, primaryWait)),
        views,
        TestAccess.of(server.port()));
  }

  private static SessionSettings settings(int maxClients, Duration primaryWait) {
    return new SessionSettings(
        maxClients, Duration.ofSeconds(10), Duration.ofSeconds(5), primaryWait, false);
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : "";
    }
  }
}
