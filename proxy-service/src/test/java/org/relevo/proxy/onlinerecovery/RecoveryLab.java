package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.jmx.contract.RecoveryStatus;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.recovery.CopyOptions;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LabServer;

/// A main node, a node whose data is lost, and a stand-in for what serves them, with statement
/// replication: every writer of a test writes to all nodes that are attached.
final class RecoveryLab implements AutoCloseable {
  static final BackendId MAIN = new BackendId(0);
  static final BackendId LOST = new BackendId(1);

  final LabServer main;
  private final PgBinaries binaries;
  final Path home;
  final Path data;
  final int port;
  final List<String> events = new CopyOnWriteArrayList<>();
  final Served served = new Served();
  final Recoveries recoveries;
  String firstStage = "";
  String secondStage = "";
  int arguments = 7;
  long minFree = 1 << 20;
  Duration timeout = Duration.ofSeconds(60);
  int idleLimitSeconds;
  CopyOptions copy = CopyOptions.USUAL;
  RecoveryContext.Ssh ssh =
      new RecoveryContext.Ssh("", 22, Optional.empty(), Path.of("/nowhere"), Optional.empty());
  String lostHost = "127.0.0.1";

  RecoveryLab(Path folder) throws IOException {
    this(folder, LabServer.binaries());
  }

  RecoveryLab(Path folder, PgBinaries binaries) throws IOException {
    this.binaries = binaries;
    main =
        LabServer.primary(
            binaries, folder, "pg0", Map.of("archive_mode", "on", "archive_command", "'exit 0'"));
    home = Files.createDirectories(folder.resolve("pg1"));
    ServerAccount.forNewServers().own(home);
    data = home.resolve("data");
    port = NewCluster.freePort();
    recoveries =
        new Recoveries(
                new RecoveryContext(
                    this::nodes,
                    served,
                    Optional.of(binaries),
                    folder.resolve("state"),
                    this::rules,
                    new RecoveryContext.Login(LabServer.USER, () -> LabServer.PASSWORD),
                    Optional.empty(),
                    (level, name, text) -> events.add(level + " " + name + " " + text)),
                () -> "test")
            .start();
  }

  private RecoveryContext.RecoveryRules rules() {
    return new RecoveryContext.RecoveryRules(
        new RecoveryContext.Scripts(
            firstStage,
            secondStage,
            arguments,
            LabServer.USER,
            () -> LabServer.PASSWORD,
            "postgres"),
        timeout,
        Duration.ofSeconds(10),
        idleLimitSeconds,
        copy,
        ssh,
        Optional.of(archive()),
        minFree);
  }

  Path archive() {
    return main.data().resolveSibling("archive");
  }

  private List<NodeSettings> nodes() {
    return List.of(
        node(MAIN, "127.0.0.1", main.port(), main.data()), node(LOST, lostHost, port, data));
  }

  private static NodeSettings node(BackendId id, String host, int port, Path data) {
    return new NodeSettings(
        id,
        "pg" + id.value(),
        host,
        port,
        Optional.of(data),
        Optional.of(data.resolveSibling("server.log")),
        "postgres",
        LabServer.USER,
        () -> LabServer.PASSWORD);
  }

  PgCtl lost() throws IOException {
    return new PgCtl(binaries, data, ServerAccount.forNewServers());
  }

  RecoveryStatus ended(String id) {
    Await.until(
        Duration.ofSeconds(90),
        () -> "it is " + recoveries.recovery(id) + "; " + events,
        () -> recoveries.recovery(id).state() != RecoveryState.RUNNING);
    return recoveries.recovery(id);
  }

  @Override
  public void close() throws IOException {
    recoveries.close();
    if (Files.exists(data)) {
      lost().stop(PgCtl.StopMode.IMMEDIATE, LabServer.LIMIT);
    }
    main.close();
  }

  /// Whether writers may write, and where to.
  static final class Served implements ServedNodes, WriteHold {
    final List<String> done = new ArrayList<>();
    final AtomicReference<RuntimeException> attachFault = new AtomicReference<>();
    volatile boolean sourceLost;
    boolean attached;
    int writers;
    private String holder = "";

    /// @return whether the recovered node gets this write too
    synchronized boolean enter() throws InterruptedException {
      while (!holder.isEmpty()) {
        wait();
      }
      writers++;
      return attached;
    }

    synchronized void leave() {
      writers--;
      notifyAll();
    }

    @Override
    public synchronized boolean hold(String id, Duration patience, Duration needed)
        throws InterruptedException {
      holder = id;
      long deadline = System.nanoTime() + patience.toNanos();
      while (writers > 0) {
        long leftMs = (deadline - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
          release(id);
          return false;
        }
        wait(leftMs);
      }
      return true;
    }

    @Override
    public synchronized boolean held(String id) {
      return holder.equals(id);
    }

    @Override
    public synchronized void release(String id) {
      if (holder.equals(id)) {
        holder = "";
        notifyAll();
      }
    }

    @Override
    public synchronized ClusterView view() {
      return new ClusterView(
          1,
          List.of(
              view(MAIN, NodeView.Status.UP),
              view(LOST, attached ? NodeView.Status.UP : NodeView.Status.DETACHED)),
          Optional.of(MAIN),
          "");
    }

    private static NodeView view(BackendId id, NodeView.Status status) {
      return new NodeView(
          id,
          "pg" + id.value(),
          "127.0.0.1",
          1,
          NodeView.Role.PRIMARY,
          status,
          "",
          1,
          Optional.empty(),
          Optional.empty(),
          -1,
          "",
          "",
          0,
          0);
    }

    @Override
    public boolean statements() {
      return true;
    }

    @Override
    public Optional<BackendId> main() {
      return Optional.of(MAIN);
    }

    @Override
    public WriteHold writes() {
      return this;
    }

    @Override
    public synchronized void beginRecovery(BackendId node) {
      done.add("begin " + node);
    }

    @Override
    public void checkSource(BackendId source) throws RecoveryFailure {
      if (sourceLost) {
        throw new RecoveryFailure(source + " was detached meanwhile");
      }
    }

    @Override
    public synchronized void endRecovery(BackendId node, BackendId source, boolean whole) {
      RuntimeException fault = attachFault.getAndSet(null);
      if (whole && fault != null) {
        throw fault;
      }
      done.add((whole ? "attach " : "leave ") + node + (holder.isEmpty() ? "" : " held"));
      attached |= whole;
    }

    @Override
    public synchronized void detach(BackendId node, String actor, String reason) {
      attached = false;
    }

    @Override
    public synchronized void attach(BackendId node, String actor, String reason)
        throws RecoveryFailure {
      throw new RecoveryFailure("recover it");
    }
  }
}
