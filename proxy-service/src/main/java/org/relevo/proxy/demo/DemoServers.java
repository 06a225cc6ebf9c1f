package org.relevo.proxy.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.core.CloseStack;
import org.relevo.proxy.recovery.BaseBackup;
import org.relevo.proxy.recovery.BaseBackupRequest;
import org.relevo.proxy.recovery.StandbySetup;
import org.relevo.proxy.recovery.protocol.ServerAddress;

/// The demonstration's PostgreSQL servers: one made by initdb, the others its streaming standbys,
/// copied by the product's own base backup client.
///
/// Owner: the demo's main thread.
final class DemoServers {
  static final String SUPERUSER = "postgres";
  static final String SERVICE_ROLE = "relevo";
  static final String REPLICATION_ROLE = "replicator";
  static final String LOAD_ROLE = "bench";
  static final String LOAD_DATABASE = "bench";
  static final String HOST = "127.0.0.1";

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  /// Small, so that several servers and the desktop fit on a laptop.
  private static final Map<String, String> SETTINGS =
      Map.of(
          "shared_buffers", "'64MB'",
          "max_connections", "200",
          "max_wal_size", "'512MB'",
          "log_checkpoints", "on",
          "cluster_name", "'relevo-demo'");

  /// A server and where it listens.
  record Server(int id, int port, PgCtl control) {}

  private final PgBinaries binaries;
  private final DemoLayout layout;
  private final Secrets.Secret superuser;
  private final Secrets.Secret service;
  private final Secrets.Secret replicator;
  private final Secrets.Secret load;
  private final DemoPcp pcp;
  private final List<Server> servers = new ArrayList<>();

  DemoServers(PgBinaries binaries, DemoLayout layout) throws IOException {
    this.binaries = binaries;
    this.layout = layout;
    Secrets secrets = new Secrets(layout.secrets());
    this.superuser = secrets.make(SUPERUSER);
    this.service = secrets.make(SERVICE_ROLE);
    this.replicator = secrets.make(REPLICATION_ROLE);
    this.load = secrets.make(LOAD_ROLE);
    this.pcp = DemoPcp.make(layout.secrets(), secrets.make(DemoPcp.USER));
  }

  /// The programs to use: a named folder, else those on the class path, else the system's newest.
  static PgBinaries locate(Optional<Path> bindir) throws IOException {
    if (bindir.isPresent()) {
      return PgBinaries.in(bindir.get());
    }
    Optional<PgBinaries> embedded = PgBinaries.embedded(PgBinaries.defaultCache());
    if (embedded.isPresent()) {
      return embedded.get();
    }
    for (int major = PgBinaries.NEWEST; major >= PgBinaries.OLDEST; major--) {
      Path bin = Path.of("/usr/lib/postgresql", Integer.toString(major), "bin");
      if (Files.isExecutable(bin.resolve("initdb"))) {
        return PgBinaries.in(bin);
      }
    }
    throw new IOException(
        "no PostgreSQL programs for this processor: install them (Debian: apt-get install"
            + " postgresql) and name their folder with --pg-bindir");
  }

  /// Makes and starts all servers; what it starts is pushed for cleaning up before it starts.
  void start(int count, CloseStack cleanups, Consumer<String> say)
      throws IOException, SQLException, InterruptedException {
    ServerAccount account = ServerAccount.forNewServers();
    say.accept("PostgreSQL " + binaries.version() + ": node0 is made by initdb");
    int port = NewCluster.freePort();
    PgCtl first =
        NewCluster.create(
            binaries, layout.node(0), account, port, SUPERUSER, superuser.password(), SETTINGS);
    launch(new Server(0, port, first), cleanups);
    makeRoles();
    for (int id = 1; id < count; id++) {
      say.accept("node" + id + " is copied from node0 over the replication protocol");
      Server standby = standby(id, account);
      launch(standby, cleanups);
    }
  }

  private void launch(Server server, CloseStack cleanups) throws IOException {
    cleanups.add(
        "PostgreSQL node" + server.id(),
        () -> server.control().stop(PgCtl.StopMode.FAST, STOP_LIMIT));
    server.control().start(layout.nodeLog(server.id()), START_LIMIT);
    servers.add(server);
  }

  private void makeRoles() throws SQLException {
    try (Connection connection = connect(servers.getFirst());
        Statement statement = connection.createStatement()) {
      // The service promotes, checkpoints and reads password verifiers, so it is a superuser here.
      createRole(statement, service, "LOGIN SUPERUSER");
      createRole(statement, replicator, "LOGIN REPLICATION");
      createRole(statement, load, "LOGIN");
      statement.execute("CREATE DATABASE " + LOAD_DATABASE + " OWNER " + LOAD_ROLE);
    }
  }

  private Server standby(int id, ServerAccount account) throws IOException {
    Server primary = servers.getFirst();
    Files.createDirectories(layout.node(id));
    account.own(layout.node(id));
    ServerAddress source =
        ServerAddress.of(HOST, primary.port(), REPLICATION_ROLE, replicator::password);
    BaseBackup.run(BaseBackupRequest.of(source, layout.nodeData(id), account));
    int port = NewCluster.freePort();
    new StandbySetup(source, "node" + id, Optional.empty(), Map.of("port", Integer.toString(port)))
        .write(layout.nodeData(id), account);
    return new Server(id, port, new PgCtl(binaries, layout.nodeData(id), account));
  }

  private static void createRole(Statement statement, Secrets.Secret secret, String attributes)
      throws SQLException {
    statement.execute(
        "CREATE ROLE %s %s PASSWORD '%s'".formatted(secret.role(), attributes, secret.password()));
  }

  private Connection connect(Server server) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://" + HOST + ":" + server.port() + "/postgres",
        SUPERUSER,
        superuser.password());
  }

  List<Server> servers() {
    return List.copyOf(servers);
  }

  PgBinaries binaries() {
    return binaries;
  }

  Secrets.Secret service() {
    return service;
  }

  Secrets.Secret replicator() {
    return replicator;
  }

  DemoPcp pcp() {
    return pcp;
  }

  Secrets.Secret load() {
    return load;
  }
}
