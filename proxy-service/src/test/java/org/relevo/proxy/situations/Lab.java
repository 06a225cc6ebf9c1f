package org.relevo.proxy.situations;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.RealServer;

/// A server with the roles and the database of the situations, and services before it in every pool
/// mode. Owner: one thread, after the start.
///
/// Roles: `app` (owner of the database, member of `reader`), `boss` (superuser), `hashed` (md5),
/// `plain` (clear-text password), `nobody` (no log-in). A password is the role's name.
final class Lab implements AutoCloseable {
  static final String DATABASE = "work";

  private final RealServer server;
  private final Map<String, PoolerUnderTest> poolers = new HashMap<>();
  private Connection admin;

  private Lab(RealServer server) {
    this.server = server;
  }

  static Lab start(PgBinaries binaries, Path folder) throws IOException, SQLException {
    RealServer server =
        RealServer.start(binaries, folder, Map.of("max_prepared_transactions", "4"));
    Lab lab = new Lab(server);
    server.sql(
        "CREATE ROLE reader",
        "GRANT reader TO app",
        "CREATE ROLE nobody",
        "CREATE ROLE boss LOGIN SUPERUSER PASSWORD 'boss'",
        "CREATE DATABASE " + DATABASE + " OWNER app");
    lab.connect();
    return lab;
  }

  private void connect() throws SQLException {
    admin =
        DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + DATABASE,
            "postgres",
            RealServer.PASSWORD);
    execute("SET lock_timeout = '10s'; SET client_min_messages = 'warning'");
  }

  /// Where a situation takes this route.
  int port(Route route, int pool) throws Exception {
    if (route == Route.DIRECT) {
      return server.port();
    }
    // A session holds its server connection, so that two clients need two.
    int size = route == Route.SESSION ? 0 : pool;
    String key = route + "/" + size;
    if (!poolers.containsKey(key)) {
      poolers.put(key, PoolerUnderTest.start(server, route, size));
    }
    return poolers.get(key).port();
  }

  /// Empties the database.
  void reset() throws SQLException {
    for (String gid : column("SELECT gid FROM pg_prepared_xacts WHERE database = '%s'")) {
      execute("ROLLBACK PREPARED '" + gid + "'");
    }
    execute(
        """
        SELECT lo_unlink(oid) FROM pg_largeobject_metadata;
        DROP SCHEMA IF EXISTS public, other CASCADE;
        CREATE SCHEMA public AUTHORIZATION app;
        GRANT ALL ON SCHEMA public TO PUBLIC
        """);
  }

  private List<String> column(String sql) throws SQLException {
    try (Statement statement = admin.createStatement();
        ResultSet result = statement.executeQuery(sql.formatted(DATABASE))) {
      List<String> values = new ArrayList<>();
      while (result.next()) {
        values.add(result.getString(1));
      }
      return values;
    }
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = admin.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Waits until the query gives true.
  void await(String sql) {
    Await.until(sql, () -> column(sql.replace("%", "%%")).equals(List.of("t")));
  }

  /// Waits until a client runs a statement like this. One that sleeps must have begun to: before
  /// that the server has not written the description of its rows.
  void awaitActive(String pattern) {
    await(
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '"
            + pattern.replace("'", "''")
            + "' AND (query NOT LIKE 'SELECT pg_sleep%' OR wait_event = 'PgSleep')"
            + " AND pid <> pg_backend_pid()");
  }

  void restart() throws IOException, SQLException {
    admin.close();
    server.stop(PgCtl.StopMode.FAST);
    server.start();
    connect();
  }

  @Override
  public void close() throws IOException, SQLException {
    for (PoolerUnderTest pooler : poolers.values()) {
      pooler.close();
    }
    admin.close();
    server.close();
  }
}
