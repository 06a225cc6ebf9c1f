package org.relevo.proxy.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.SyncSet;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.recovery.StandbySetup;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LabServer;

/// A primary (node 0), its standbys and an agent for each.
final class AgentLab implements AutoCloseable {
  final List<LabServer> servers = new ArrayList<>();
  final List<String> events = new CopyOnWriteArrayList<>();
  private final Map<Integer, List<NodeReport>> reports = new HashMap<>();
  private final Map<Integer, NodeAgent> agents = new HashMap<>();
  private final Path folder;

  /// From now on no guard allows a primary.
  volatile boolean tooLate;

  AgentLab(Path folder, int nodes) throws Exception {
    this.folder = folder;
    servers.add(LabServer.primary(folder, "pg0", Map.of("wal_keep_size", "'64MB'")));
    servers.getFirst().execute("CREATE TABLE t (id bigserial, text text)");
    for (int node = 1; node < nodes; node++) {
      servers.add(LabServer.standby(folder, "pg" + node, servers.getFirst()));
    }
    for (int node = 0; node < nodes; node++) {
      renew(node, Steps.NONE);
    }
  }

  LabServer server(int node) {
    return servers.get(node);
  }

  Path state(int node) {
    return folder.resolve("state").resolve("agent").resolve("node" + node);
  }

  /// A new agent in the place of the one before, as after a restart of the service.
  NodeAgent renew(int node, Steps steps) throws IOException {
    NodeAgent before = agents.get(node);
    if (before != null) {
      before.close();
    }
    List<NodeReport> told = new CopyOnWriteArrayList<>();
    reports.put(node, told);
    NodeAgent agent =
        new NodeAgent(
            settings(node),
            guarding(node),
            (level, name, text) -> events.add(level + " " + name + " " + text),
            told::add,
            steps);
    agents.put(node, agent);
    agent.start();
    return agent;
  }

  /// Lets everything rise until it is told not to; real guards are another test's.
  private Guarding guarding(int node) {
    return new Guarding() {
      @Override
      public void begin() throws IOException {
        events.add("begin node" + node);
        check();
      }

      @Override
      public void check() throws IOException {
        if (tooLate) {
          throw new IOException("too late");
        }
      }

      @Override
      public void unseal() throws IOException {
        check();
        events.add("unseal node" + node);
        StandbySetup.remove(server(node).data());
      }
    };
  }

  AgentSettings settings(int node) throws IOException {
    List<NodeSettings> nodes = new ArrayList<>();
    for (int each = 0; each < servers.size(); each++) {
      LabServer server = servers.get(each);
      nodes.add(
          new NodeSettings(
              new BackendId(each),
              "pg" + each,
              "127.0.0.1",
              server.port(),
              Optional.of(server.data()),
              Optional.of(server.log()),
              "postgres",
              LabServer.USER,
              () -> LabServer.PASSWORD));
    }
    return new AgentSettings(
        nodes.get(node),
        nodes,
        LabServer.binaries(),
        LabServer.USER,
        () -> LabServer.PASSWORD,
        folder.resolve("state"),
        true,
        () -> "",
        AgentLimits.DEFAULT.withPlannedRestart(Duration.ofSeconds(20)));
  }

  static NodeAction promote(long epoch, long timeline) {
    return new NodeAction.Promote(epoch, timeline, 1, SyncSet.NONE);
  }

  static NodeAction restart(long epoch) {
    return new NodeAction.Restart(epoch, 1, SyncSet.NONE);
  }

  /// Of a primary of which no more is known.
  static NodeAction follow(BackendId primary, long epoch) {
    return new NodeAction.Follow(primary, epoch, -1, Lsn.ZERO);
  }

  /// @return "" or why it was not done, with the server's last words
  String act(int node, NodeAction action) throws Exception {
    String failure = agents.get(node).act(action).toCompletableFuture().get(180, TimeUnit.SECONDS);
    if (failure.isEmpty()) {
      return "";
    }
    List<String> log = Files.readAllLines(server(node).log());
    List<String> last = log.subList(Math.max(0, log.size() - 25), log.size());
    return failure + "\n" + String.join("\n", last);
  }

  /// Leaves an agent for ever in the middle of an action, as a killed service does, and puts a new
  /// one in its place.
  void abandon(int node, NodeAction action, String step) throws Exception {
    AtomicBoolean dead = new AtomicBoolean();
    CompletableFuture<String> reached = new CompletableFuture<>();
    NodeAgent victim =
        renew(
            node,
            at -> {
              if (at.equals(step)) {
                reached.complete(at);
                while (true) {
                  LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                  // Else it would not park any more.
                  dead.set(Thread.interrupted());
                }
              }
            });
    CompletableFuture<Void> early =
        victim
            .act(action)
            .thenAccept(end ->
                reached.completeExceptionally(
                    new AssertionError("ended before " + step + ": " + end + " " + events)))
            .toCompletableFuture();
    reached.get(120, TimeUnit.SECONDS);
    if (early.isDone()) {
      throw new AssertionError("it went on");
    }
    renew(node, Steps.NONE);
  }

  NodeReport await(int node, Condition condition) {
    return await(node, report -> report.condition() == condition);
  }

  /// Waits until the newest report is as wanted.
  NodeReport await(int node, Predicate<NodeReport> wanted) {
    Await.until(
        () -> "node" + node + " reported " + reports.get(node) + "; events " + events,
        () -> !reports.get(node).isEmpty() && wanted.test(reports.get(node).getLast()));
    return reports.get(node).getLast();
  }

  List<NodeReport> reports(int node) {
    return reports.get(node);
  }

  boolean sealed(int node) {
    return Files.exists(server(node).data().resolve("standby.signal"));
  }

  /// The newest row's text on a server, once it has it.
  void awaitRow(int node, String text) throws Exception {
    server(node).await("SELECT text FROM t ORDER BY id DESC LIMIT 1", text);
  }

  void insert(int node, String text) throws Exception {
    server(node).execute("INSERT INTO t (text) VALUES ('" + text + "')");
  }

  /// The standby has all of the primary.
  void level(int primary, int standby) throws Exception {
    String written = server(primary).ask("SELECT pg_current_wal_flush_lsn()");
    server(standby).await("SELECT pg_last_wal_replay_lsn() >= '" + written + "'::pg_lsn", "t");
  }

  @Override
  public void close() throws IOException {
    for (NodeAgent agent : agents.values()) {
      agent.close();
    }
    for (LabServer server : servers) {
      server.close();
    }
  }
}
