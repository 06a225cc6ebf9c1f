package org.relevo.proxy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.LocalCredentials;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.LabServer;

/// One machine: a service (or a witness) and, unless it is a witness, a server.
///
/// Owner: the lab.
final class LabMember {
  static final int PORT = 9999;
  static final int JMX_PORT = 9898;
  static final int QUORUM_PORT = 9900;
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  final String name;
  final int node;
  final String address;
  final Map<String, String> settings = new LinkedHashMap<>();
  private final LabNetwork network;
  private final LabServers servers;
  private final Path folder;
  private final List<String> options;
  private @Nullable JavaProgram program;
  private int starts;

  /// @param node number of its server, -1 for a witness
  /// @param options of the Java runtime
  LabMember(
      String name,
      int node,
      LabNetwork network,
      LabServers servers,
      Path folder,
      List<String> options) {
    this.name = name;
    this.node = node;
    this.address = network.address(name);
    this.network = network;
    this.servers = servers;
    this.folder = folder;
    this.options = List.copyOf(options);
  }

  boolean witness() {
    return node < 0;
  }

  void set(String key, Object value) {
    settings.put(key, value.toString());
  }

  Path state() {
    return folder.resolve("state");
  }

  Path log() {
    return state().resolve("relevo.log");
  }

  Path data() {
    return servers.data(name);
  }

  Path serverLog() {
    return servers.log(name);
  }

  /// All that its services have logged.
  String logged() throws IOException {
    return Files.exists(log()) ? Files.readString(log()) : "";
  }

  /// As it stands in `quorum_members`.
  String listed() {
    return "%s=%s:%d%s".formatted(name, address, QUORUM_PORT, witness() ? ":witness" : "");
  }

  /// Starts the service process; see [#awaitService].
  void launch() throws IOException {
    starts = occurrences(startedEvent());
    program = run(name, Map.of());
  }

  /// Starts one more process with this machine's settings, to be ended by the caller.
  ///
  /// @param machine on which it runs
  /// @param others settings that take the place of this machine's
  JavaProgram run(String machine, Map<String, String> others) throws IOException {
    return run(machine, others, List.of());
  }

  /// Takes away what the service has left, as its unit does after it was killed; to be awaited.
  JavaProgram cleanUp() throws IOException {
    return run(name, Map.of(), List.of("--clean-up"));
  }

  private JavaProgram run(String machine, Map<String, String> others, List<String> more)
      throws IOException {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.putAll(others);
    StringBuilder text = new StringBuilder();
    all.forEach((key, value) ->
        text.append(key).append(" = '").append(value.replace("'", "''")).append("'\n"));
    Path config = folder.resolve(others.isEmpty() ? "relevo.conf" : "other.conf");
    Files.writeString(config, text);
    List<String> arguments = new ArrayList<>(witness() ? List.of("witness") : List.of());
    arguments.addAll(List.of("--config", config.toString()));
    arguments.addAll(more);
    return JavaProgram.start(
        folder, network.prefix(machine), options, "org.relevo.proxy.Main", arguments);
  }

  /// Waits until the service that was launched takes clients, the witness its messages.
  void awaitService() {
    JavaProgram running = running();
    Patience.until(
        START,
        () -> "%s does not start: %s".formatted(name, running.errors()),
        () -> {
          if (!running.process().isAlive()) {
            throw new IOException(name + " ended: " + running.errors());
          }
          return occurrences(startedEvent()) > starts;
        });
  }

  private String startedEvent() {
    return witness() ? "witness.started" : "service.started";
  }

  private int occurrences(String event) throws IOException {
    return logged().split(event, -1).length - 1;
  }

  JavaProgram running() {
    if (program == null) {
      throw new IllegalStateException(name + " was not launched");
    }
    return program;
  }

  boolean serviceRuns() {
    return program != null && program.process().isAlive();
  }

  /// `kill -9` of the service; its server goes on.
  void killService() throws IOException, InterruptedException {
    running().process().destroyForcibly().waitFor();
  }

  /// Ends the service as `relevo` is ended by the system.
  void stopService() throws IOException, InterruptedException {
    running().signal("TERM");
    running().awaitEnd(30);
  }

  /// The server's main process, empty when none runs.
  OptionalLong postmaster() throws IOException {
    OptionalLong pid = servers.control(name).postmasterPid();
    return pid.isPresent() && gone(pid.getAsLong()) ? OptionalLong.empty() : pid;
  }

  /// Also when nobody has asked yet how it ended.
  private static boolean gone(long pid) throws IOException {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z");
    } catch (NoSuchFileException _) {
      return true;
    }
  }

  /// `kill -9` of the server's main process; its other processes notice and end.
  void killPostmaster() throws IOException {
    Shell.signal("KILL", List.of(postmaster().orElseThrow()));
  }

  /// Stops the server by hand, fast.
  void stopServer() throws IOException {
    servers.control(name).stop(PgCtl.StopMode.FAST, START);
  }

  /// Starts the server by hand, as the data directory says.
  void startServer() throws IOException {
    servers.start(name);
  }

  /// `kill -9` of everything on this machine, as if its power had gone.
  void killAll() throws IOException {
    Shell.signal("KILL", network.processes(name));
  }

  /// A process of its server that does not go on until [#thaw].
  ///
  /// @param type as in `pg_stat_activity`, such as `startup`
  void freeze(String type) throws IOException, SQLException {
    String pid = ask("SELECT pid FROM pg_stat_activity WHERE backend_type = '%s'".formatted(type));
    Shell.signal("STOP", List.of(Long.valueOf(pid)));
  }

  /// Sets the wall clock of all its programs, when the plan gave it one of its own.
  void setClock(Duration ahead) throws IOException {
    LabClock.set(folder, ahead);
  }

  /// Removes all that its service keeps, as when a disk is replaced.
  void wipe() throws IOException {
    remove(state());
  }

  /// Removes its server's data directory.
  void removeData() throws IOException {
    remove(data());
  }

  private static void remove(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /// SIGSTOP of everything on this machine.
  void freeze() throws IOException {
    Shell.signal("STOP", network.processes(name));
  }

  void thaw() throws IOException {
    Shell.signal("CONT", network.processes(name));
  }

  /// SIGSTOP or SIGCONT of the service alone.
  void signalService(String signal) throws IOException {
    Shell.signal(signal, List.of(running().process().pid()));
  }

  JmxConnection console() throws IOException {
    return LocalCredentials.read(state().resolve("jmx/credentials.json")).open(LIMIT, LIMIT);
  }

  /// A client of this machine's proxy.
  Connection connect() throws SQLException {
    return connect(PORT, 30);
  }

  /// A direct connection to this machine's server.
  Connection connectServer() throws SQLException {
    return connect(LabServers.PORT, 10);
  }

  Connection connect(int port, int socketTimeoutS) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", LabServer.USER);
    properties.setProperty("password", LabServer.PASSWORD);
    properties.setProperty("connectTimeout", "2");
    properties.setProperty("loginTimeout", "5");
    properties.setProperty("socketTimeout", String.valueOf(socketTimeoutS));
    properties.setProperty("sslmode", "disable");
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/postgres".formatted(address, port), properties);
  }

  /// Has this machine's server run a statement that has no answer.
  void command(String sql) throws SQLException {
    try (Connection connection = connectServer();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// The first value of an answer of this machine's server.
  String ask(String sql) throws SQLException {
    try (Connection connection = connectServer()) {
      return first(connection, sql);
    }
  }

  /// The first value of an answer through this machine's proxy.
  String askThrough(String sql) throws SQLException {
    try (Connection connection = connect()) {
      return first(connection, sql);
    }
  }

  private static String first(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? String.valueOf(result.getString(1)) : "";
    }
  }

  /// Whether its server takes writes.
  boolean isPrimary() {
    try {
      return ask("SELECT pg_is_in_recovery()").equals("f");
    } catch (SQLException _) {
      return false;
    }
  }

  /// Whether its server is a standby that streams.
  boolean isStreaming() {
    try {
      return ask("SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'")
          .equals("1");
    } catch (SQLException _) {
      return false;
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
