package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.jmx.contract.ClientState;
import org.relevo.jmx.contract.PoolMXBean;
import org.relevo.proxy.console.ConsoleAccess;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.TestAccess;

/// The console of a running proxy: `trusty` may act, `hashed` may look, `app` is an ordinary role.
@Timeout(180)
class ConsoleLiveIT {
  private static final LeakWatch LEAKS = new LeakWatch();

  @TempDir static Path folder;
  private static RealServer server;

  private ProxyServer proxy;
  private final List<Connection> open = new ArrayList<>();

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
    start(PoolMode.TRANSACTION);
  }

  private void start(PoolMode mode) throws IOException {
    Duration wait = Duration.ofSeconds(20);
    ConsoleAccess access = new ConsoleAccess(Set.of("trusty"), Set.of("hashed"));
    proxy =
        ProxyServer.start(
            TestAccess.settings(
                0,
                2,
                new SessionSettings(6, wait, wait, wait, false, 2, access),
                TestAccess.pools(mode, 1)),
            new FixedViews(server.port()),
            TestAccess.of(server.port()));
  }

  @AfterEach
  void stopProxy() throws SQLException {
    for (Connection connection : open) {
      connection.close();
    }
    proxy.close();
    LEAKS.assertNone();
  }

  private Connection app() throws SQLException {
    return connect("postgres", "app", "app");
  }

  private Connection admin() throws SQLException {
    return connect("relevo", "trusty", "");
  }

  private Connection connect(String database, String user, String password) throws SQLException {
    Connection connection =
        DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:"
                + proxy.address().getPort()
                + "/"
                + database
                + "?socketTimeout=60",
            user,
            password);
    open.add(connection);
    return connection;
  }

  private static List<Map<String, String>> rows(Connection connection, String sql)
      throws SQLException {
    List<Map<String, String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.put(result.getMetaData().getColumnName(i), String.valueOf(result.getString(i)));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static String cell(Connection console, String sql, String column) throws SQLException {
    List<Map<String, String>> rows = rows(console, sql);
    return rows.size() == 1 ? String.valueOf(rows.getFirst().get(column)) : rows.toString();
  }

  private static void run(Connection connection, String sql) throws SQLException {
    Proxies.run(connection, sql);
  }

  private String psql(String user, String database, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "psql",
                "-X",
                "-A",
                "-t",
                "-h",
                "127.0.0.1",
                "-p",
                String.valueOf(proxy.address().getPort()),
                "-U",
                user,
                "-d",
                database));
    for (String argument : arguments) {
      command.addAll(List.of("-c", argument));
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PGPASSWORD", user);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  @Test
  void tablesTellWhoWorksAndWhoWaits() throws Exception {
    Connection console = admin();
    Connection worker = app();
    Connection waiter = app();
    worker.setAutoCommit(false);
    String pid = Proxies.one(worker, "SELECT pg_backend_pid()");
    CompletableFuture<String> waiting =
        Background.run(() -> Proxies.one(waiter, "SELECT 'served'"));
    Await.until("it waits", () -> cell(console, "SHOW POOLS", "cl_waiting").equals("1"));

    assertThat(rows(console, "SHOW POOLS").getFirst())
        .containsEntry("database", "postgres")
        .containsEntry("user", "app")
        .containsEntry("cl_active", "1")
        .containsEntry("sv_active", "1")
        .containsEntry("sv_idle", "0")
        .containsEntry("pool_mode", "transaction");
    assertThat(rows(console, "SHOW SERVERS")).hasSize(1);
    Map<String, String> held = rows(console, "SHOW SERVERS").getFirst();
    assertThat(held)
        .containsEntry("state", "active")
        .containsEntry("remote_pid", pid)
        .containsEntry("port", String.valueOf(server.port()));
    List<Map<String, String>> clients = rows(console, "SHOW CLIENTS");
    assertThat(clients).hasSize(2);
    Map<String, String> holder =
        rows(console, "SHOW CLIENTS WHERE link = '" + held.get("ptr") + "'").getFirst();
    assertThat(held).containsEntry("link", holder.get("ptr"));
    assertThat(holder).containsEntry("addr", "127.0.0.1").containsEntry("user", "app");
    Map<String, String> queued = rows(console, "SHOW QUEUE").getFirst();
    assertThat(queued)
        .containsEntry("position", "1")
        .containsEntry("user", "app")
        .doesNotContainEntry("client_id", holder.get("id"));
    assertThat(clients)
        .anySatisfy(client ->
            assertThat(client)
                .containsEntry("state", "waiting")
                .containsEntry("id", queued.get("client_id")));
    assertThat(waiting).isNotDone();

    worker.commit();
    assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo("served");
    Await.until("all is quiet", () -> cell(console, "SHOW POOLS", "sv_idle").equals("1"));
    assertThat(rows(console, "SHOW POOLS").getFirst())
        .containsEntry("cl_active", "2")
        .containsEntry("cl_waiting", "0")
        .containsEntry("sv_active", "0");
    assertThat(rows(console, "SHOW QUEUE")).isEmpty();
  }

  @Test
  void statisticsCountWhatWasDone() throws Exception {
    Connection console = admin();
    Connection client = app();
    long before = total(console, "total_xact_count");
    long queries = total(console, "total_query_count");
    long sent = total(console, "total_sent");
    client.setAutoCommit(false);
    long from = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      Proxies.one(client, "SELECT repeat('x', 10000), pg_sleep(0.01)");
      Proxies.one(client, "SELECT 2");
      client.commit();
    }
    Await.until("5 more", () -> total(console, "total_xact_count") == before + 5);
    long elapsedUs = (System.nanoTime() - from) / 1000;
    assertThat(total(console, "total_query_count") - queries).isBetween(15L, 20L);
    assertThat(total(console, "total_sent") - sent).isBetween(50_000L, 80_000L);
    assertThat(total(console, "total_received")).isGreaterThan(100);
    assertThat(total(console, "total_xact_time"))
        .as("of %d in all", elapsedUs)
        .isGreaterThan(50_000);
    assertThat(total(console, "total_query_time"))
        .isGreaterThan(50_000)
        .isLessThanOrEqualTo(total(console, "total_xact_time"));
    assertThat(total(console, "total_client_parse_count")).isGreaterThan(10);
    assertThat(total(console, "total_bind_count"))
        .isGreaterThanOrEqualTo(total(console, "total_client_parse_count"));
    assertThat(total(console, "total_server_assignment_count")).isGreaterThanOrEqualTo(5);
  }

  private static long total(Connection console, String column) throws SQLException {
    return rows(console, "SHOW STATS WHERE database = 'postgres'").stream()
        .mapToLong(row -> Long.parseLong(row.getOrDefault(column, "-1")))
        .findFirst()
        .orElse(0);
  }

  @Test
  void pauseLetsTransactionsEndAndHoldsNewOnes() throws Exception {
    Connection console = admin();
    Connection other = admin();
    Connection worker = app();
    worker.setAutoCommit(false);
    Proxies.one(worker, "SELECT 1");
    CompletableFuture<String> paused =
        Background.run(() -> {
          run(console, "PAUSE postgres");
          return "paused";
        });
    Await.until("the pause holds", () -> cell(other, "SHOW DATABASES", "paused").equals("1"));
    assertThat(Proxies.one(worker, "SELECT 'goes on'")).isEqualTo("goes on");
    assertThat(paused).isNotDone();
    worker.commit();
    assertThat(paused.get(20, TimeUnit.SECONDS)).isEqualTo("paused");
    assertThat(server.query("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"))
        .isEqualTo("0");

    CompletableFuture<String> held = Background.run(() -> Proxies.one(worker, "SELECT 'later'"));
    Await.until("it waits", () -> cell(other, "SHOW POOLS", "cl_waiting").equals("1"));
    assertThat(held).isNotDone();
    assertThat(cell(other, "SHOW STATE WHERE key = 'paused'", "value")).isEqualTo("no");
    run(other, "RESUME postgres");
    assertThat(held.get(20, TimeUnit.SECONDS)).isEqualTo("later");
    assertThat(cell(other, "SHOW DATABASES", "paused")).isEqualTo("0");
    assertThatThrownBy(() -> run(other, "RESUME postgres")).hasMessageContaining("is not paused");
  }

  @Test
  void pauseOfAllTakesThoseInTheQueueToo() throws Exception {
    Connection console = admin();
    Connection worker = app();
    Connection queued = app();
    worker.setAutoCommit(false);
    Proxies.one(worker, "SELECT 1");
    CompletableFuture<String> waiting =
        Background.run(() -> Proxies.one(queued, "SELECT 'served'"));
    Await.until("it waits", () -> cell(console, "SHOW POOLS", "cl_waiting").equals("1"));
    CompletableFuture<String> paused =
        Background.run(() -> {
          run(console, "PAUSE");
          return "paused";
        });
    Connection other = admin();
    Await.until(
        "the pause holds",
        () -> cell(other, "SHOW STATE WHERE key = 'paused'", "value").equals("yes"));
    worker.commit();
    assertThat(paused.get(20, TimeUnit.SECONDS)).isEqualTo("paused");
    assertThat(waiting).isNotDone();
    assertThat(rows(other, "SHOW SERVERS")).isEmpty();
    run(other, "RESUME");
    assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo("served");
  }

  @Test
  void aCanceledPauseIsTakenBack() throws Exception {
    Connection console = admin();
    Connection worker = app();
    worker.setAutoCommit(false);
    Proxies.one(worker, "SELECT 1");
    try (Statement pause = console.createStatement()) {
      CompletableFuture<Boolean> pausing = Background.run(() -> pause.execute("PAUSE"));
      Connection other = admin();
      Await.until(
          "the pause holds",
          () -> cell(other, "SHOW STATE WHERE key = 'paused'", "value").equals("yes"));
      pause.cancel();
      assertThatThrownBy(() -> pausing.get(20, TimeUnit.SECONDS))
          .hasMessageContaining("canceling statement due to user request");
      Await.until(
          "it is open", () -> cell(other, "SHOW STATE WHERE key = 'paused'", "value").equals("no"));
    }
  }

  @Test
  void clientsAreKilledByTheirNumber() throws Exception {
    Connection console = admin();
    Connection first = app();
    Connection second = app();
    String id = cell(console, "SHOW CLIENTS LIMIT 1", "id");
    run(console, "KILL CLIENT " + id);
    Await.until("one has gone", () -> rows(console, "SHOW CLIENTS").size() == 1);
    List<String> ends = new ArrayList<>();
    for (Connection client : List.of(first, second)) {
      try {
        ends.add(Proxies.one(client, "SELECT 'alive'"));
      } catch (SQLException e) {
        ends.add(e.getSQLState());
      }
    }
    assertThat(ends).containsExactlyInAnyOrder("alive", "57P01");
    assertThatThrownBy(() -> run(console, "KILL CLIENT 999999"))
        .hasMessageContaining("no client 999999");
  }

  @Test
  void aKilledDatabaseWaitsForResume() throws Exception {
    Connection console = admin();
    Connection client = app();
    client.setAutoCommit(false);
    Proxies.one(client, "SELECT 1");
    run(console, "KILL postgres");
    assertThatThrownBy(() -> Proxies.one(client, "SELECT 1"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
    Await.until("nothing is left", () -> rows(console, "SHOW SERVERS").isEmpty());
    CompletableFuture<String> next = Background.run(() -> Proxies.one(app(), "SELECT 'next'"));
    Await.until("it waits", () -> cell(console, "SHOW POOLS", "cl_waiting").equals("1"));
    run(console, "RESUME postgres");
    assertThat(next.get(20, TimeUnit.SECONDS)).isEqualTo("next");
  }

  @Test
  void aDisabledDatabaseTakesNoNewClients() throws Exception {
    Connection console = admin();
    Connection client = app();
    run(console, "DISABLE postgres");
    assertThat(cell(console, "SHOW DATABASES", "disabled")).isEqualTo("1");
    assertThatThrownBy(this::app)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P03"))
        .hasMessageContaining("disabled");
    assertThat(Proxies.one(client, "SELECT 'stays'")).isEqualTo("stays");
    run(console, "ENABLE postgres");
    assertThat(Proxies.one(app(), "SELECT 'new'")).isEqualTo("new");
  }

  @Test
  void reconnectReplacesServerConnections() throws Exception {
    Connection console = admin();
    Connection client = app();
    client.setAutoCommit(false);
    String before = Proxies.one(client, "SELECT pg_backend_pid()");
    run(console, "RECONNECT postgres");
    assertThat(cell(console, "SHOW SERVERS", "close_needed")).isEqualTo("1");
    CompletableFuture<String> closed =
        Background.run(() -> {
          run(console, "WAIT_CLOSE postgres");
          return "closed";
        });
    assertThat(Proxies.one(client, "SELECT pg_backend_pid()")).isEqualTo(before);
    assertThat(closed).isNotDone();
    client.commit();
    assertThat(closed.get(20, TimeUnit.SECONDS)).isEqualTo("closed");
    assertThat(Proxies.one(client, "SELECT pg_backend_pid()")).isNotEqualTo(before);
    assertThatThrownBy(() -> run(console, "RECONNECT nowhere"))
        .hasMessageContaining("has had no clients");
  }

  @Test
  void onlyNamedRolesComeInAndOnlyAdministratorsAct() throws Exception {
    Connection console = connect("pgbouncer", "hashed", "hashed");
    assertThat(cell(console, "SHOW VERSION", "version")).startsWith("Relevo ");
    for (String act : List.of("PAUSE", "KILL CLIENT 1", "DISABLE postgres", "RELOAD")) {
      assertThatThrownBy(() -> run(console, act)).hasMessageContaining("permission denied");
    }
    assertThat(psql("app", "relevo", "SHOW POOLS")).contains("permission denied for role \"app\"");
    assertThat(psql("hashed", "relevo", "SHOW STATE")).contains("paused|no");
    assertThat(psql("trusty", "relevo", "RELOAD")).contains("there is no configuration file");
  }

  @Test
  void placesAreKeptForTheConsole() throws Exception {
    for (int i = 0; i < 4; i++) {
      app();
    }
    assertThatThrownBy(this::app)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("53300"));
    assertThat(rows(admin(), "SHOW CLIENTS")).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(PoolMode.class)
  void pgpoolsFormsWorkInEveryDatabase(PoolMode mode) throws Exception {
    proxy.close();
    start(mode);
    String nodes = psql("app", "postgres", "SHOW POOL_NODES");
    assertThat(nodes).startsWith("0|127.0.0.1|" + server.port() + "|up|");
    assertThat(psql("app", "postgres", "  show\n pool_version;", "SELECT 'after'"))
        .containsSubsequence("Relevo", "after");
    assertThat(psql("app", "postgres", "PGPOOL SHOW nothing")).contains("ERROR");
    assertThat(psql("app", "postgres", "SHOW pool_party", "SHOW port"))
        .contains("unrecognized configuration parameter \"pool_party\"")
        .contains(String.valueOf(server.port()));
    if (mode != PoolMode.STATEMENT) {
      assertThat(psql("app", "postgres", "BEGIN", "SHOW POOL_NODES", "COMMIT"))
          .isEqualTo("BEGIN\n" + nodes + "COMMIT\n");
      assertThat(psql("app", "postgres", "BEGIN", "SELECT 1/0", "SHOW POOL_NODES"))
          .contains("current transaction is aborted");
    }
  }

  @Test
  void theManagementInterfaceShowsTheSame() throws Exception {
    PoolMXBean bean = proxy.poolBean(() -> "tester");
    Connection client = app();
    client.setAutoCommit(false);
    String pid = Proxies.one(client, "SELECT pg_backend_pid()");
    assertThat(bean.getPools())
        .singleElement()
        .satisfies(pool -> {
          assertThat(pool.database()).isEqualTo("postgres");
          assertThat(pool.serversActive()).isEqualTo(1);
          assertThat(pool.grantedTotal()).isPositive();
        });
    assertThat(bean.serverConnections(10))
        .singleElement()
        .satisfies(each -> assertThat(each.processId()).isEqualTo(Integer.parseInt(pid)));
    assertThat(bean.clients(10))
        .singleElement()
        .satisfies(each -> assertThat(each.state()).isEqualTo(ClientState.IN_TRANSACTION));
    assertThat(bean.getInfo().clients()).isEqualTo(1);
    bean.killClient(bean.clients(10).getFirst().id());
    assertThatThrownBy(() -> Proxies.one(client, "SELECT 1"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
    assertThatThrownBy(() -> bean.killClient(999_999)).isInstanceOf(IllegalStateException.class);
  }
}
