package org.relevo.proxy.consistency;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.jmx.postgres.JdbcTarget;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.NodeView;

/// A real server; its standby is made from a copy of its stopped folder.
record TestServer(PgCtl control, int port) implements AutoCloseable {
  static final String PASSWORD = "secret-of-tests";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  static TestServer start(Path folder, String name) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    int port = NewCluster.freePort();
    PgCtl control =
        NewCluster.create(
            PgBinaries.embedded(PgBinaries.defaultCache()).orElseThrow(),
            folder.resolve(name),
            ServerAccount.forNewServers(),
            port,
            "postgres",
            PASSWORD,
            Map.of("fsync", "off", "max_standby_streaming_delay", "0"));
    TestServer server = new TestServer(control, port);
    server.start();
    return server;
  }

  TestServer startStandby(Path folder, String name) throws IOException {
    stop();
    Path home = Files.createDirectories(folder.resolve(name));
    Path data = home.resolve("data");
    try (Stream<Path> paths = Files.walk(control.dataDirectory())) {
      paths.forEach(
          path -> copy(path, data.resolve(control.dataDirectory().relativize(path).toString())));
    }
    int standbyPort = NewCluster.freePort();
    Files.createFile(data.resolve("standby.signal"));
    Files.writeString(
        data.resolve("postgresql.conf"),
        """
        port = %d
        primary_conninfo = 'host=127.0.0.1 port=%d user=postgres password=%s'
        """
            .formatted(standbyPort, port, PASSWORD),
        StandardOpenOption.APPEND);
    ServerAccount account = ServerAccount.forNewServers();
    account.own(home);
    start();
    TestServer standby = new TestServer(new PgCtl(control.binaries(), data, account), standbyPort);
    standby.start();
    return standby;
  }

  void start() throws IOException {
    control.start(control.dataDirectory().resolveSibling("server.log"), LIMIT);
  }

  void stop() throws IOException {
    control.stop(PgCtl.StopMode.FAST, LIMIT);
  }

  Connection connect() throws SQLException {
    return new JdbcTarget("127.0.0.1", port, "postgres", "postgres", () -> PASSWORD)
        .open("test", Duration.ofSeconds(5), Duration.ofSeconds(60));
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  NodeView view(int id, NodeView.Role role) {
    return new NodeView(
        new BackendId(id),
        "node" + id,
        "127.0.0.1",
        port,
        role,
        NodeView.Status.UP,
        "",
        1,
        Optional.empty(),
        Optional.empty(),
        0,
        "",
        "",
        0,
        0);
  }

  @Override
  public void close() throws IOException {
    control.stop(PgCtl.StopMode.IMMEDIATE, LIMIT);
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
