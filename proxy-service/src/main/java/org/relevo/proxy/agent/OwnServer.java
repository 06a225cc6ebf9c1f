package org.relevo.proxy.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.relevo.proxy.health.NodeLogin;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.local.ControlFile;
import org.relevo.proxy.local.LocalServer;
import org.relevo.proxy.local.Postmaster;
import org.relevo.proxy.recovery.StandbySetup;
import org.relevo.proxy.recovery.protocol.ReplicationConnection;
import org.relevo.proxy.recovery.protocol.ServerAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An agent's own server, and how it reaches the others.
///
/// Owner: none; the running action and the watch use it.
final class OwnServer {
  private static final Logger LOG = LoggerFactory.getLogger(OwnServer.class);
  private static final String APPLICATION_NAME = "relevo agent";
  private static final long POLL_NS = 5_000_000;
  private static final Duration START_AGAIN = Duration.ofMillis(200);

  final AgentSettings settings;
  private final Marks marks;

  OwnServer(AgentSettings settings, Marks marks) {
    this.settings = settings;
    this.marks = marks;
  }

  LocalServer local() throws IOException {
    return LocalServer.open(settings.binaries(), settings.data(), settings.serverLog());
  }

  /// At rest it is a standby. Action and watch may want that at the same time.
  synchronized void seal(LocalServer local) throws IOException {
    local.seal();
  }

  Connection connect() throws SQLException {
    return connect(settings.node(), settings.limits().sql());
  }

  static Connection connect(NodeSettings node, Duration limit) throws SQLException {
    return NodeLogin.open(node, APPLICATION_NAME, limit);
  }

  Sight look() throws SQLException {
    try (Connection connection = connect()) {
      return Sight.of(connection);
    }
  }

  /// How the own server, or a copy of another, reaches a server.
  ServerAddress replication(NodeSettings node) {
    return ServerAddress.of(
        node.host(),
        node.port(),
        settings.replicationUser(),
        settings.replicationPassword(),
        node.encryption().options(false));
  }

  StandbySetup following(NodeSettings primary) {
    return new StandbySetup(
        replication(primary),
        settings.node().name(),
        settings.slots()
            ? java.util.Optional.of(Slots.name(settings.id()))
            : java.util.Optional.empty(),
        Map.of());
  }

  /// The node that a standby with this `primary_conninfo` follows, -1 for none.
  int follows(String source) {
    Path data = settings.data();
    for (NodeSettings node : settings.nodes()) {
      String wanted = following(node).recoverySettings(data).getOrDefault("primary_conninfo", "");
      if (source.equals(wanted)
          || (source.matches("(?s)(.*\\s)?host='?" + quote(node.host()) + "'?(\\s.*)?")
              && source.matches("(?s)(.*\\s)?port='?" + node.port() + "'?(\\s.*)?"))) {
        return node.id().value();
      }
    }
    return -1;
  }

  private static String quote(String text) {
    return Pattern.quote(text);
  }

  /// The timeline of the log that a standby has, exactly; -1 when it does not tell.
  long timelineOfLog() {
    try (ReplicationConnection connection =
        ReplicationConnection.open(replication(settings.node()), APPLICATION_NAME)) {
      return connection.query("IDENTIFY_SYSTEM").stream()
          .map(row -> Long.parseLong(row.getOrDefault("timeline", "-1")))
          .findFirst()
          .orElse(-1L);
    } catch (IOException | NumberFormatException e) {
      LOG.debug("agent.timeline-unknown node={} reason=\"{}\"", settings.id(), Commands.oneLine(e));
      return -1;
    }
  }

  /// Changes settings of the running server, lasting, and lets it read them.
  static void configure(Connection connection, Map<String, String> values) throws SQLException {
    write(connection, values);
    reload(connection);
  }

  /// Changes settings of the running server, lasting, which it reads later.
  static void write(Connection connection, Map<String, String> values) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (Map.Entry<String, String> each : values.entrySet()) {
        statement.execute("ALTER SYSTEM SET " + each.getKey() + " = " + literal(each.getValue()));
      }
    }
  }

  static void reload(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  static String literal(String text) {
    return text.contains("\\")
        ? "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
        : "'" + text.replace("'", "''") + "'";
  }

  static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (!row.next()) {
        throw new SQLException("no answer to " + sql);
      }
      return String.valueOf(row.getString(1));
    }
  }

  /// Starts the server; again, as long as what a killed one left is still in its way.
  void start(LocalServer local) throws IOException, InterruptedException {
    new Histories(local.dataDirectory()).trim(local.controlFile().newestTimeline());
    Duration limit = settings.limits().start();
    long deadlineNs = System.nanoTime() + limit.toNanos();
    while (true) {
      long askedNs = System.nanoTime();
      try {
        local.start(limit);
        return;
      } catch (IOException e) {
        boolean atOnce = System.nanoTime() - askedNs < Duration.ofSeconds(3).toNanos();
        if (Thread.currentThread().isInterrupted()
            || !atOnce
            || System.nanoTime() > deadlineNs
            || !leftovers(e)) {
          throw new StartFailure(e);
        }
        LOG.debug("agent.start-again node={} reason=\"{}\"", settings.id(), Commands.oneLine(e));
        Thread.sleep(START_AGAIN);
      }
    }
  }

  /// The server did not start.
  static final class StartFailure extends IOException {
    private static final long serialVersionUID = 1L;

    StartFailure(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private static boolean leftovers(IOException e) {
    String text = String.valueOf(e.getMessage());
    return text.contains("shared memory")
        || text.contains("lock file")
        || text.contains("another postmaster")
        || text.contains("could not create any TCP/IP sockets");
  }

  /// Stops the server whatever it takes: in order, at once, by force.
  ///
  /// @return how it went, for people
  String stop(boolean immediate) throws IOException, InterruptedException, ActionFailure {
    if (!Files.exists(settings.data().resolve("PG_VERSION"))) {
      return endWithoutFiles();
    }
    LocalServer local = local();
    // First, so that whoever starts it next gets a standby.
    seal(local);
    marks.stoppedByAgent(true);
    if (!local.running()) {
      return stopped(local, "it did not run");
    }
    String how = "in order";
    if (!immediate) {
      attempt(() -> local.stopFast(settings.limits().stop()));
    }
    if (local.running()) {
      how = "at once";
      attempt(() -> local.stopImmediately(settings.limits().immediate()));
    }
    if (local.running()) {
      how = "by force";
      local.kill();
      await(settings.limits().immediate(), () -> !local.running(), () -> "the server runs");
    }
    return stopped(local, how);
  }

  /// Nothing is left to be started again; what still runs of it is ended.
  private String endWithoutFiles() throws ActionFailure, InterruptedException {
    marks.stoppedByAgent(true);
    Postmaster.workingIn(settings.data()).forEach(ProcessHandle::destroyForcibly);
    await(
        settings.limits().immediate(),
        () -> Postmaster.workingIn(settings.data()).isEmpty(),
        () -> "processes run in the removed " + settings.data());
    return "stopped, there is no data directory any more: " + settings.data();
  }

  private static String stopped(LocalServer local, String how) {
    try {
      ControlFile control = local.controlFile();
      return "stopped %s, control file says %s at %s"
          .formatted(how, control.state(), control.checkpoint());
    } catch (IOException e) {
      // It is stopped all the same, and others may take over.
      return "stopped %s, no control file: %s".formatted(how, Commands.oneLine(e));
    }
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private void attempt(Attempt attempt) throws InterruptedException {
    try {
      attempt.run();
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LOG.warn("agent.stop-late node={} reason=\"{}\"", settings.id(), Commands.oneLine(e));
    }
  }

  /// Waits for a condition; what throws is not yet true.
  static void await(Duration limit, Callable<Boolean> condition, Supplier<String> problem)
      throws ActionFailure, InterruptedException {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    while (true) {
      String last = "";
      try {
        if (condition.call()) {
          return;
        }
      } catch (InterruptedException | ActionFailure e) {
        throw e;
      } catch (Exception e) {
        last = " (" + Commands.oneLine(e) + ")";
      }
      if (System.nanoTime() >= deadlineNs) {
        throw new ActionFailure(
            "%s after %d ms%s".formatted(problem.get(), limit.toMillis(), last));
      }
      LockSupport.parkNanos(POLL_NS);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
