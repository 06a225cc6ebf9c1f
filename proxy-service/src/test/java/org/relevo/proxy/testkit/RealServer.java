package org.relevo.proxy.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.pgctl.ServerAccount;

/// A real PostgreSQL server for one test class. Roles: `postgres` (superuser) and `app` by SCRAM,
/// `trusty` without password, `plain` by clear-text password, `hashed` by md5.
public final class RealServer implements AutoCloseable {
  public static final String PASSWORD = "se cret'";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final PgCtl control;
  private final Path log;
  private final int port;

  private RealServer(PgCtl control, Path log, int port) {
    this.control = control;
    this.log = log;
    this.port = port;
  }

  public static RealServer start(Path folder) throws IOException, SQLException {
    return start(PgBinaries.embedded(PgBinaries.defaultCache()).orElseThrow(), folder);
  }

  public static RealServer start(PgBinaries binaries, Path folder)
      throws IOException, SQLException {
    return start(binaries, folder, Map.of());
  }

  /// @param more settings beside the usual
  public static RealServer start(PgBinaries binaries, Path folder, Map<String, String> more)
      throws IOException, SQLException {
    Files.setPosixFilePermissions(folder.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    int port = NewCluster.freePort();
    Map<String, String> settings = new HashMap<>();
    settings.put("fsync", "off");
    settings.put("max_connections", "200");
    settings.put("shared_buffers", "64MB");
    if (binaries.major() >= 18) {
      settings.put("md5_password_warnings", "off");
    }
    settings.putAll(more);
    PgCtl control =
        NewCluster.create(
            binaries, folder, ServerAccount.forNewServers(), port, "postgres", PASSWORD, settings);
    Files.writeString(
        control.dataDirectory().resolve("pg_hba.conf"),
        """
        host    all          trusty    127.0.0.1/32  trust
        host    all          plain     127.0.0.1/32  password
        host    all          hashed    127.0.0.1/32  md5
        host    all          all       127.0.0.1/32  scram-sha-256
        host    replication  all       127.0.0.1/32  scram-sha-256
        """);
    RealServer server = new RealServer(control, folder.resolve("server.log"), port);
    server.start();
    server.sql(
        "CREATE ROLE app LOGIN PASSWORD 'app'",
        "GRANT ALL ON SCHEMA public TO app",
        "CREATE ROLE trusty LOGIN SUPERUSER",
        "CREATE ROLE plain LOGIN PASSWORD 'plain'",
        "SET password_encryption = md5; CREATE ROLE hashed LOGIN PASSWORD 'hashed'");
    return server;
  }

  public int port() {
    return port;
  }

  /// Does nothing when it runs.
  public void start() throws IOException {
    if (control.postmasterPid().isPresent()) {
      return;
    }
    control.start(log, LIMIT);
  }

  public void stop(PgCtl.StopMode mode) throws IOException {
    control.stop(mode, LIMIT);
  }

  /// A direct connection of the superuser.
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", PASSWORD);
  }

  public void sql(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  public String query(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : "";
    }
  }

  /// The stored password of a role.
  public String stored(String role) throws SQLException {
    return query("SELECT rolpassword FROM pg_authid WHERE rolname = '" + role + "'");
  }

  @Override
  public void close() throws IOException {
    control.stop(PgCtl.StopMode.IMMEDIATE, LIMIT);
  }
}
