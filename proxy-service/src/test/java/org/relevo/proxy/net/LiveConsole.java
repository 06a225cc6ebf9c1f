package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.console.ConsoleAccess;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.TestAccess;

/// The console of a running proxy: `trusty` may act, `hashed` may look, `app` is an ordinary role.
/// Pools have one server connection.
abstract class LiveConsole {
  private static final LeakWatch LEAKS = new LeakWatch();

  @TempDir static Path folder;
  static RealServer server;

  ProxyServer proxy;
  final List<Connection> open = new ArrayList<>();

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

  void start(PoolMode mode) throws IOException {
    Duration wait = Duration.ofSeconds(20);
    ConsoleAccess access = new ConsoleAccess(Set.of("trusty"), Set.of("hashed"));
    proxy =
        ProxyServer.start(
            TestAccess.settings(
                0,
                2,
                new SessionSettings(6, wait, wait, wait, false, 2, access, Integer.MAX_VALUE),
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

  Connection app() throws SQLException {
    return connect("postgres", "app", "app");
  }

  Connection admin() throws SQLException {
    return connect("relevo", "trusty", "");
  }

  Connection connect(String database, String user, String password) throws SQLException {
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

  static List<Map<String, String>> rows(Connection connection, String sql) throws SQLException {
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

  static String cell(Connection console, String sql, String column) throws SQLException {
    List<Map<String, String>> rows = rows(console, sql);
    return rows.size() == 1 ? String.valueOf(rows.getFirst().get(column)) : rows.toString();
  }

  static void run(Connection connection, String sql) throws SQLException {
    Proxies.run(connection, sql);
  }

  String psql(String user, String database, String... arguments) throws Exception {
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
}
