package org.relevo.jmx.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.pgctl.ServerAccount;

/// A real server for tests, with fsync off; its standby can be made from a copy of its folder.
public final class PgServer implements AutoCloseable {
  public static final String PASSWORD = "secret-of-tests";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final PgCtl control;
  private final int port;

  private PgServer(PgCtl control, int port) {
    this.control = control;
    this.port = port;
  }

  /// Starts a new server of the embedded version in `folder/name`.
  public static PgServer start(Path folder, String name, Map<String, String> settings)
      throws IOException {
    PgBinaries binaries = PgBinaries.embedded(PgBinaries.defaultCache()).orElseThrow();
    return start(binaries, folder, name, settings);
  }

  public static PgServer start(
      PgBinaries binaries, Path folder, String name, Map<String, String> settings)
      throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    int port = NewCluster.freePort();
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("fsync", "off");
    PgCtl control =
        NewCluster.create(
            binaries,
            folder.resolve(name),
            ServerAccount.forNewServers(),
            port,
            "postgres",
            PASSWORD,
            all);
    PgServer server = new PgServer(control, port);
    server.start();
    return server;
  }

  /// Stops this server for a moment, copies its folder, and starts both.
  public PgServer startStandby(Path folder, String name) throws IOException {
    stop(PgCtl.StopMode.FAST);
    Path home = Files.createDirectories(folder.resolve(name));
    Path data = home.resolve("data");
    copyTree(control.dataDirectory(), data);
    int standbyPort = NewCluster.freePort();
    Files.createFile(data.resolve("standby.signal"));
    Path conf = data.resolve("postgresql.conf");
    Files.writeString(
        conf,
        """
        port = %d
        primary_conninfo = 'host=127.0.0.1 port=%d user=postgres password=%s'
        """
            .formatted(standbyPort, port, PASSWORD),
        StandardOpenOption.APPEND);
    ServerAccount account = ServerAccount.forNewServers();
    account.own(home);
    start();
    PgServer standby = new PgServer(new PgCtl(control.binaries(), data, account), standbyPort);
    standby.start();
    return standby;
  }

  public void start() throws IOException {
    control.start(control.dataDirectory().resolveSibling("server.log"), LIMIT);
  }

  public void stop(PgCtl.StopMode mode) throws IOException {
    control.stop(mode, LIMIT);
  }

  public int port() {
    return port;
  }

  public Path log() {
    return control.dataDirectory().resolveSibling("server.log");
  }

  public JdbcTarget target() {
    return new JdbcTarget("127.0.0.1", port, "postgres", "postgres", () -> PASSWORD);
  }

  public Connection connect() throws SQLException {
    return target().open("test", Duration.ofSeconds(5), Duration.ofSeconds(60));
  }

  public void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  public long number(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }

  public String text(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }

  @Override
  public void close() throws IOException {
    stop(PgCtl.StopMode.IMMEDIATE);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      paths.forEach(path -> copy(path, to.resolve(from.relativize(path).toString())));
    }
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
