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
import java.util.Optional;
import java.util.Properties;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.recovery.BackupProgress;
import org.relevo.proxy.recovery.BaseBackup;
import org.relevo.proxy.recovery.BaseBackupRequest;
import org.relevo.proxy.recovery.StandbySetup;
import org.relevo.proxy.recovery.protocol.ServerAddress;

/// A real server of a test. `-Drelevo.test.pg.bindir=DIR` runs the tests on another version.
public final class LabServer implements AutoCloseable {
  public static final String USER = "postgres";
  public static final String PASSWORD = "se:cr\\et'";
  public static final Duration LIMIT = Duration.ofSeconds(60);

  private final PgCtl control;
  private final int port;
  private final Path log;

  private LabServer(PgCtl control, int port, Path log) {
    this.control = control;
    this.port = port;
    this.log = log;
  }

  public static PgBinaries binaries() throws IOException {
    String given = System.getProperty("relevo.test.pg.bindir", "");
    return given.isEmpty()
        ? PgBinaries.embedded(PgBinaries.defaultCache()).orElseThrow()
        : PgBinaries.in(Path.of(given));
  }

  /// A running primary below `folder`.
  public static LabServer primary(Path folder, String name, Map<String, String> settings)
      throws IOException {
    return primary(binaries(), folder, name, settings);
  }

  public static LabServer primary(
      PgBinaries binaries, Path folder, String name, Map<String, String> settings)
      throws IOException {
    open(folder);
    int port = NewCluster.freePort();
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("fsync", "off");
    all.putIfAbsent("shared_buffers", "'32MB'");
    all.putIfAbsent("min_wal_size", "'32MB'");
    PgCtl control =
        NewCluster.create(
            binaries,
            folder.resolve(name),
            ServerAccount.forNewServers(),
            port,
            USER,
            PASSWORD,
            all);
    LabServer server = new LabServer(control, port, folder.resolve(name).resolve("server.log"));
    server.start();
    return server;
  }

  /// A running streaming standby of `source`.
  public static LabServer standby(Path folder, String name, LabServer source) throws IOException {
    return standby(folder, name, source, Optional.empty());
  }

  public static LabServer standby(Path folder, String name, LabServer source, Optional<String> slot)
      throws IOException {
    open(folder);
    Path home = folder.resolve(name);
    Files.createDirectories(home);
    ServerAccount account = ServerAccount.forNewServers();
    account.own(home);
    Path data = home.resolve("data");
    BaseBackup.run(
        new BaseBackupRequest(
            source.address(), data, account, slot, 0, false, BackupProgress.NONE));
    int port = NewCluster.freePort();
    new StandbySetup(source.address(), name, slot, Map.of("port", String.valueOf(port)))
        .write(data, account);
    LabServer server =
        new LabServer(new PgCtl(binaries(), data, account), port, home.resolve("server.log"));
    server.start();
    return server;
  }

  public PgCtl control() {
    return control;
  }

  public int port() {
    return port;
  }

  public Path data() {
    return control.dataDirectory();
  }

  public Path log() {
    return log;
  }

  public void start() throws IOException {
    control.start(log, LIMIT);
  }

  public void stop() throws IOException {
    control.stop(PgCtl.StopMode.FAST, LIMIT);
  }

  public ServerAddress address() {
    return ServerAddress.of("127.0.0.1", port, USER, () -> PASSWORD);
  }

  public Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", USER);
    properties.setProperty("password", PASSWORD);
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "30");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
  }

  public void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// The first value of the answer.
  public String ask(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? String.valueOf(result.getString(1)) : "";
    }
  }

  /// Waits until the query answers `expected`.
  public void await(String sql, String expected) throws SQLException {
    Await.until(
        () -> sql + " is " + ask(sql) + ", not " + expected, () -> ask(sql).equals(expected));
  }

  /// Sends a signal to the postmaster.
  public void signal(String name) throws IOException {
    Process kill =
        new ProcessBuilder(
                "kill", "-" + name, String.valueOf(control.postmasterPid().orElseThrow()))
            .inheritIO()
            .start();
    try {
      if (kill.waitFor() != 0) {
        throw new IOException("kill -" + name + " failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    control.stop(PgCtl.StopMode.IMMEDIATE, LIMIT);
  }

  private static void open(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
