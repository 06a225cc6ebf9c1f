package org.relevo.proxy.fanout;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.CommitSafety;
import org.relevo.proxy.testkit.RealServer;

/// Real servers that each take writes, and a proxy in this process that keeps them equal.
final class FanoutLab implements AutoCloseable {
  static final ReplicaSettings MIXED =
      new ReplicaSettings(true, false, false, false, false, true, false, Map.of());
  static final ReplicaSettings STATEMENT =
      new ReplicaSettings(false, false, false, false, false, true, false, Map.of());

  private final List<RealServer> servers;
  private final FanoutService service;

  FanoutLab(List<RealServer> servers, Path folder, ReplicaSettings settings) throws IOException {
    this(servers, folder.resolve("detached-" + System.nanoTime()), settings, CommitSafety.JOURNAL);
  }

  /// @param file that names detached servers
  FanoutLab(List<RealServer> servers, Path file, ReplicaSettings settings, CommitSafety safety)
      throws IOException {
    this.servers = List.copyOf(servers);
    service =
        new FanoutService(
            servers.stream().map(RealServer::port).toList(),
            file,
            settings,
            safety,
            CommitSteps.NONE);
  }

  /// Servers with the same roles.
  static List<RealServer> servers(Path folder, int count) throws Exception {
    List<RealServer> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(
          RealServer.start(
              PgBinaries.embedded(PgBinaries.defaultCache()).orElseThrow(),
              folder.resolve("server" + i),
              Map.of("max_prepared_transactions", "50")));
    }
    for (RealServer other : made.subList(1, count)) {
      for (String role : List.of("postgres", "app")) {
        other.sql("ALTER ROLE " + role + " PASSWORD '" + made.getFirst().stored(role) + "'");
      }
    }
    return made;
  }

  List<String> events() {
    return service.events();
  }

  ClusterView view() {
    return service.view();
  }

  CommitJournal journal() {
    return service.journal();
  }

  ReplicaSet replicas() {
    return service.replicas();
  }

  FanoutClients clients() {
    return service.clients();
  }

  int port() {
    return service.port();
  }

  Connection connect() throws SQLException {
    return connect(Map.of());
  }

  Connection connect(Map<String, String> more) throws SQLException {
    return connect(port(), more);
  }

  static Connection connect(int port, Map<String, String> more) throws SQLException {
    Properties properties = new Properties();
    properties.put("user", "postgres");
    properties.put("password", RealServer.PASSWORD);
    properties.put("socketTimeout", "60");
    properties.putAll(more);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
  }

  static void run(Connection connection, String... sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String one : sql) {
        statement.execute(one);
      }
    }
  }

  static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? String.valueOf(result.getString(1)) : "";
    }
  }

  /// What each server itself answers.
  List<String> onEach(String sql) throws SQLException {
    List<String> answers = new ArrayList<>();
    for (RealServer server : servers) {
      answers.add(server.query(sql));
    }
    return answers;
  }

  /// A table's rows in one value, in no order.
  static String sum(String table) {
    return "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
        + " FROM "
        + table
        + " t";
  }

  @Override
  public void close() {
    service.close();
  }
}
