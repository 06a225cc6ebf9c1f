package org.relevo.proxy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.relevo.proxy.testkit.LabServer;
import org.relevo.proxy.testkit.Pki;

/// A whole cluster. Machines `a`, `b`, … have servers 0, 1, …; `w` is the witness; at first `a` has
/// the primary.
///
/// Owner: the test or program that starts it.
final class ClusterLab implements AutoCloseable {
  static final String WITNESS = "w";
  static final Duration SETTLED = Duration.ofSeconds(Integer.getInteger("relevo.lab.settled", 90));

  private final Path folder;
  private final LabPlan plan;
  private final Pki authority;
  private final LabNetwork network;
  private final LabServers servers;
  private final Map<String, LabMember> members = new LinkedHashMap<>();
  private final Thread reaper = new Thread(this::reap);

  private ClusterLab(Path folder, LabPlan plan) throws IOException, GeneralSecurityException {
    this.folder = folder;
    this.plan = plan;
    this.authority = new Pki("lab");
    this.network = LabNetwork.create();
    this.servers = new LabServers(folder, network);
    Runtime.getRuntime().addShutdownHook(reaper);
  }

  /// A cluster that has agreed on its primary and whose standbys stream.
  ///
  /// @param folder empty; must be reachable by the servers' account
  static ClusterLab start(Path folder, LabPlan plan) throws Exception {
    ClusterLab lab = new ClusterLab(folder, plan);
    try {
      lab.startAll();
    } catch (Exception | AssertionError e) {
      lab.close();
      throw e;
    }
    return lab;
  }

  private void startAll() throws Exception {
    List<String> names = new ArrayList<>();
    for (int node = 0; node < plan.nodes(); node++) {
      names.add(String.valueOf((char) ('a' + node)));
    }
    if (plan.witness()) {
      names.add(WITNESS);
    }
    for (String name : names) {
      network.add(name);
      if (plan.ownClocks()) {
        network.onEach(name, LabClock.give(Files.createDirectories(folder.resolve(name))));
      }
    }
    for (String name : names) {
      int node = name.equals(WITNESS) ? -1 : name.charAt(0) - 'a';
      Path own = Files.createDirectories(folder.resolve(name));
      members.put(name, new LabMember(name, node, network, servers, own, plan.options()));
    }
    for (LabMember member : members.values()) {
      configure(member, members());
    }
    servers.primary("a", plan.postgres());
    for (LabMember member : nodes()) {
      if (member.node > 0) {
        servers.standby(member.name, "node" + member.node, "a");
      }
    }
    for (LabMember member : members.values()) {
      member.launch();
    }
    members.values().forEach(LabMember::awaitService);
    awaitServed();
    awaitCalm();
  }

  /// @param all members of the quorum that this one is to know
  private void configure(LabMember member, List<LabMember> all)
      throws IOException, GeneralSecurityException {
    Path own = folder.resolve(member.name);
    member.set("cluster_name", "lab");
    member.set("data_directory", member.state());
    if (all.size() == 1) {
      member.set("cluster_control", "on");
    } else {
      Pki.Issued issued = authority.issue(member.name, member.address);
      member.set(
          "quorum_members", all.stream().map(LabMember::listed).collect(Collectors.joining(", ")));
      member.set("member_name", member.name);
      member.set("raft_tls_cert", issued.writeCertificate(own.resolve("member.pem")));
      member.set("raft_tls_key", issued.writeKey(own.resolve("member.key")));
      member.set("raft_tls_ca", authority.writeAuthority(own.resolve("ca.pem")));
    }
    if (!member.witness()) {
      serve(member, all);
      return;
    }
    member.set("log_file", member.log());
    plan.settings()
        .forEach((key, value) -> {
          if (key.matches("quorum_.*|lease_.*|.*_failover_interval.*|failover_calm_time")) {
            member.set(key, value);
          }
        });
  }

  private void serve(LabMember member, List<LabMember> all) throws IOException {
    member.set("proxy_id", member.name);
    member.set("listen_addresses", member.address);
    member.set("port", LabMember.PORT);
    member.set("jmx_listen_addresses", member.address);
    member.set("jmx_port", LabMember.JMX_PORT);
    member.set("pool_mode", "transaction");
    member.set("pg_bindir", LabServer.binaries().bin());
    member.set("health_check_user", LabServer.USER);
    member.set("health_check_password_file", password());
    member.set("health_check_database", "postgres");
    for (LabMember each : all) {
      if (!each.witness()) {
        member.set("backend_hostname" + each.node, each.address);
        member.set("backend_port" + each.node, LabServers.PORT);
        member.set("backend_data_directory" + each.node, each.data());
        if (all.size() > 1) {
          member.set("backend_member" + each.node, each.name);
        }
      }
    }
    if ("pair".equals(plan.settings().get("quorum"))) {
      pair(member);
    }
    plan.settings().forEach((key, value) -> member.set(key, value.replace("{net}", network.net())));
  }

  /// The two have a key; a recorder in the folder `fence` stands for the device that switches off.
  private void pair(LabMember member) throws IOException {
    Path key = folder.resolve("pair.key");
    Files.writeString(key, "a key of the two machines\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    member.set("pair_key_file", key);
    Path recorder = Path.of("..", "scripts", "fence", "fence_recorder");
    member.set("pair_fence_agent", recorder.toAbsolutePath().normalize());
    Path record = Files.createDirectories(folder.resolve("fence"));
    member.set("pair_fence_options", "directory=" + record);
  }

  private Path password() throws IOException {
    Path password = folder.resolve("password");
    Files.writeString(password, LabServer.PASSWORD + "\n");
    return password;
  }

  Path folder() {
    return folder;
  }

  LabNetwork network() {
    return network;
  }

  /// Another machine with a standby of the primary, of which no member knows. Its service, which
  /// would be one more, is not started here.
  ///
  /// @param node as which its server calls itself
  LabMember stranger(String name, int node) throws IOException, GeneralSecurityException {
    network.add(name);
    Path own = Files.createDirectories(folder.resolve(name));
    servers.standby(name, "node" + node, primary().name);
    LabMember stranger = new LabMember(name, node, network, servers, own, plan.options());
    configure(stranger, Stream.concat(members.values().stream(), Stream.of(stranger)).toList());
    return stranger;
  }

  LabMember member(String name) {
    LabMember member = members.get(name);
    if (member == null) {
      throw new IllegalArgumentException("no machine " + name);
    }
    return member;
  }

  List<LabMember> members() {
    return List.copyOf(members.values());
  }

  /// Machines with a server.
  List<LabMember> nodes() {
    return members.values().stream().filter(each -> !each.witness()).toList();
  }

  /// Machines with a server, but this one.
  List<LabMember> nodesBut(LabMember one) {
    return nodes().stream().filter(each -> each != one).toList();
  }

  /// The only machine whose server takes writes.
  LabMember primary() {
    List<LabMember> found = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (LabMember member : nodes()) {
      try {
        if (member.ask("SELECT pg_is_in_recovery()").equals("f")) {
          found.add(member);
        }
      } catch (SQLException e) {
        others.add(member + " " + e.getMessage());
      }
    }
    if (found.size() != 1) {
      throw new IllegalStateException(
          "servers that take writes: %s, silent: %s".formatted(found, others));
    }
    return found.getFirst();
  }

  /// The first machine with a standby.
  LabMember standby() {
    return nodesBut(primary()).getFirst();
  }

  /// Waits until every running proxy serves writes.
  void awaitServed() {
    awaitServed(nodes());
  }

  /// The same of those on these machines.
  void awaitServed(List<LabMember> proxies) {
    for (LabMember member : proxies) {
      if (member.serviceRuns()) {
        Patience.until(
            SETTLED,
            () -> "%s does not serve; %s".formatted(member, told()),
            () -> member.askThrough("SELECT txid_current() > 0").equals("t"));
      }
    }
  }

  /// Waits until there is one primary, everybody else streams from it, and all members are heard.
  void awaitCalm() {
    Patience.until(
        SETTLED,
        () -> "not calm; " + told(),
        () -> {
          LabMember primary = primary();
          if (!LabControl.together(this)) {
            return false;
          }
          int followers = nodes().size() - 1;
          return nodesBut(primary).stream().allMatch(LabMember::isStreaming)
              && primary
                  .ask("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")
                  .equals(String.valueOf(followers));
        });
  }

  /// How much each member has logged until now.
  Map<LabMember, Integer> mark() throws IOException {
    Map<LabMember, Integer> lengths = new HashMap<>();
    for (LabMember member : members.values()) {
      lengths.put(member, member.logged().length());
    }
    return lengths;
  }

  /// Waits until a member has logged a decision, such as `F-020`, after the mark.
  void awaitDecision(Map<LabMember, Integer> mark, String row) {
    Patience.until(
        SETTLED,
        () -> "no " + row + "; " + told(),
        () -> {
          for (LabMember member : members.values()) {
            if (member.logged().substring(mark.get(member)).contains("row=" + row)) {
              return true;
            }
          }
          return false;
        });
  }

  /// For people, when something did not come.
  String told() {
    StringBuilder text = new StringBuilder();
    for (LabMember member : members.values()) {
      text.append("\n--- ").append(member);
      try {
        if (!member.witness()) {
          text.append(member.isPrimary() ? " primary" : member.isStreaming() ? " streams" : " ?");
          tail(text, member.serverLog(), 8);
        }
        text.append("\n-").append(member.serviceRuns() ? " runs" : " does not run");
        tail(text, member.log(), 25);
        text.append(member.running().errors());
      } catch (IOException | IllegalStateException e) {
        text.append(' ').append(e);
      }
    }
    return text.toString();
  }

  private static void tail(StringBuilder text, Path file, int lines) throws IOException {
    if (Files.exists(file)) {
      List<String> all = Files.readAllLines(file);
      all.subList(Math.max(0, all.size() - lines), all.size())
          .forEach(line -> text.append("\n  ").append(line));
    }
  }

  /// Copies all logs, for whoever looks into a failure.
  void keepLogs(Path to) throws IOException {
    Files.createDirectories(to);
    for (LabMember member : members.values()) {
      copy(member.log(), to.resolve(member.name + "-service.log"));
      copy(member.serverLog(), to.resolve(member.name + "-server.log"));
      copy(member.data().resolveSibling("data.log"), to.resolve(member.name + "-server2.log"));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /// Runs statements through a proxy.
  void execute(LabMember through, String... statements) throws SQLException {
    try (Connection connection = through.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private void reap() {
    try {
      network.close();
    } catch (IOException _) {
      // The next lab removes what is left.
    }
  }

  @Override
  public void close() throws IOException {
    network.close();
    Runtime.getRuntime().removeShutdownHook(reaper);
  }
}
