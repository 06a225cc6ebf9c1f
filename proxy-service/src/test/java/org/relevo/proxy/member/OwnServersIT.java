package org.relevo.proxy.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.agent.AgentLimits;
import org.relevo.proxy.agent.AgentSettings;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.SyncSet;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.local.Postmaster;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.LabServer;

/// A member's servers with their guards: in this process, and in one that is frozen and killed.
class OwnServersIT {
  private static final BackendId NODE0 = new BackendId(0);
  private static final Duration GRACE = Duration.ofSeconds(10);

  @TempDir Path folder;
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<NodeReport> reports = new CopyOnWriteArrayList<>();
  private LabServer server;

  @BeforeEach
  void startServer() throws Exception {
    server = LabServer.primary(folder, "pg", Map.of());
  }

  @AfterEach
  void stopServer() throws Exception {
    server.close();
  }

  @Test
  void nothingRisesAfterTheDeadlineAndTheGuardIsThereBeforeTheServer() throws Exception {
    try (OwnServers servers = servers()) {
      servers.start((node, report) -> reports.add(report));
      awaitReport(Condition.PRIMARY);
      servers.feed(System.nanoTime() + TimeUnit.SECONDS.toNanos(60));
      Await.until("guarded", () -> Files.exists(guard()));
      server.signal("KILL");
      awaitReport(Condition.STOPPED);
      Await.until("the guard is gone", () -> !Files.exists(guard()));

      servers.feed(System.nanoTime());
      NodeAction restart = new NodeAction.Restart(2, 1, SyncSet.NONE);
      assertThat(act(servers, restart)).contains("lease");
      assertThat(Postmaster.of(server.data())).isEmpty();
      assertThat(sealed()).isTrue();

      servers.feed(System.nanoTime() + TimeUnit.SECONDS.toNanos(60));
      events.clear();
      assertThat(act(servers, restart)).isEmpty();
      assertThat(events.stream().map(event -> event.replaceFirst(" .*", "")))
          .containsSubsequence("agent.guard-started", "agent.restarted");
      assertThat(Files.exists(guard())).isTrue();
      awaitReport(Condition.PRIMARY);
      server.execute("CREATE TABLE t ()");

      // Nobody feeds it any more.
      servers.feed(System.nanoTime() + TimeUnit.SECONDS.toNanos(2));
      awaitStopped();
      assertThat(sealed()).isTrue();
      awaitReport(Condition.STOPPED);
      assertThat(reports.getLast().byHand()).isFalse();
    }
  }

  @Test
  void aPrimaryThatNobodyKnowsOfIsNotStoppedForWantOfALease() throws Exception {
    try (OwnServers servers = servers(false)) {
      servers.start((node, report) -> reports.add(report));
      awaitReport(Condition.PRIMARY);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      servers.feed(deadline);
      // What is asked of the guards' thread is done in order, so there was no guard before.
      assertThat(act(servers, new NodeAction.Checkpoint(1))).isEmpty();
      assertThat(events).noneMatch(event -> event.startsWith("agent.guard-started"));

      servers.enlist();
      Await.until("guarded", () -> Files.exists(guard()));
      servers.feed(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
      awaitStopped();
      assertThat(sealed()).isTrue();
    }
  }

  @Test
  void aPromotionIsGuardedFromItsBeginning() throws Exception {
    LabServer primary = server;
    LabServer standby = LabServer.standby(folder, "standby", primary);
    server = standby;
    try (primary;
        OwnServers servers = servers()) {
      servers.start((node, report) -> reports.add(report));
      awaitReport(Condition.STANDBY);
      NodeAction promote = new NodeAction.Promote(3, 4, 1, SyncSet.NONE);
      assertThat(act(servers, promote)).contains("lease");
      assertThat(standby.ask("SELECT status FROM pg_stat_wal_receiver")).isEqualTo("streaming");

      // Broken off before it came to anything: the guard goes, and the standby stays.
      servers.feed(System.nanoTime() + TimeUnit.SECONDS.toNanos(60));
      assertThat(act(servers, new NodeAction.Promote(3, 1, 1, SyncSet.NONE)))
          .contains("is not newer");
      Await.until("the guard is gone", () -> !Files.exists(guard()));

      servers.feed(System.nanoTime() + TimeUnit.SECONDS.toNanos(5));
      assertThat(act(servers, promote)).isEmpty();
      assertThat(Files.exists(guard())).isTrue();
      assertThat(awaitReport(Condition.PRIMARY).timeline()).isEqualTo(4);
      awaitStopped();
      assertThat(sealed()).isTrue();
    }
  }

  @Test
  void aFrozenServiceLosesItsPrimaryAtTheDeadline() throws Exception {
    try (JavaProgram service = service(5_000)) {
      long pid = server.control().postmasterPid().orElseThrow();
      goesOn(pid, Duration.ofSeconds(2));
      service.signal("STOP");
      long frozenNs = System.nanoTime();
      awaitStopped();
      assertThat((System.nanoTime() - frozenNs) / 1_000_000).isBetween(3_000L, 30_000L);
      assertThat(sealed()).isTrue();
      service.signal("CONT");
      // Whoever starts it now gets a standby, the service back at work or not.
      server.start();
      assertThat(server.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
    }
  }

  @Test
  void aKilledServiceMayComeBackWithinTheGrace() throws Exception {
    long pid = server.control().postmasterPid().orElseThrow();
    String first;
    long killedNs;
    try (JavaProgram service = service(60_000)) {
      first = Files.readString(guard());
      service.signal("KILL");
      killedNs = System.nanoTime();
    }
    try (JavaProgram service = service(60_000)) {
      Await.until(
          () -> "the next guard took over " + service.errors(),
          () -> !Files.readString(guard()).equals(first));
      long overNs = killedNs + GRACE.plusSeconds(3).toNanos();
      goesOn(pid, Duration.ofNanos(overNs - System.nanoTime()));
      service.signal("KILL");
      awaitStopped();
      assertThat(sealed()).isTrue();
    }
  }

  /// The service is frozen, killed and away for longer than its grace; the next one, which gets no
  /// lease, does the server no harm either. Then maintenance ends.
  @Test
  void inMaintenanceTheServerOutlivesItsService() throws Exception {
    long pid = server.control().postmasterPid().orElseThrow();
    Path mark = folder.resolve("state/agent/node0/kept");
    try (JavaProgram service = service(1_500, "keep")) {
      Await.until("kept", () -> Files.exists(mark));
      service.signal("STOP");
      goesOn(pid, Duration.ofSeconds(3));
      service.signal("CONT");
      service.signal("KILL");
    }
    goesOn(pid, GRACE.plusSeconds(2));
    try (JavaProgram service = service(0, "")) {
      goesOn(pid, GRACE.plusSeconds(2));
      service.signal("KILL");
    }
    try (OwnServers servers = servers()) {
      servers.start((node, report) -> reports.add(report));
      awaitReport(Condition.PRIMARY);
      servers.feed(System.nanoTime() + TimeUnit.SECONDS.toNanos(4));
      assertThat(servers.keep(NODE0, false).toCompletableFuture().get(10, TimeUnit.SECONDS))
          .isFalse();
      assertThat(mark).doesNotExist();
      awaitStopped();
      assertThat(sealed()).isTrue();
    }
  }

  private void goesOn(long pid, Duration time) throws Exception {
    Await.stays(time, () -> assertThat(server.ask("SELECT pg_is_in_recovery()")).isEqualTo("f"));
    assertThat(server.control().postmasterPid()).hasValue(pid);
  }

  /// A service whose member never loses its lease, as long as it runs.
  public static final class Service {
    public static void main(String[] arguments) throws Exception {
      long leaseMs = Long.parseLong(arguments[3]);
      AgentSettings settings =
          settings(Path.of(arguments[0]), Integer.parseInt(arguments[1]), Path.of(arguments[2]));
      try (OwnServers servers =
          new OwnServers(List.of(settings), true, GRACE, (level, name, text) -> {})) {
        servers.start((node, report) -> {});
        if (arguments[4].equals("keep")) {
          var _ = servers.keep(NODE0, true).toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        while (true) {
          servers.feed(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(leaseMs));
          Thread.sleep(100);
        }
      }
    }
  }

  private JavaProgram service(long leaseMs) throws Exception {
    return service(leaseMs, "");
  }

  private JavaProgram service(long leaseMs, String word) throws Exception {
    JavaProgram program =
        JavaProgram.start(
            folder,
            List.of("-Drelevo.test.pg.bindir=" + System.getProperty("relevo.test.pg.bindir", "")),
            Service.class.getName(),
            List.of(
                server.data().toString(),
                "" + server.port(),
                folder.resolve("state").toString(),
                "" + leaseMs,
                word));
    Await.until(() -> "the guard runs: " + program.errors(), () -> Files.exists(guard()));
    return program;
  }

  private OwnServers servers() throws Exception {
    return servers(true);
  }

  private OwnServers servers(boolean enlisted) throws Exception {
    return new OwnServers(
        List.of(settings(server.data(), server.port(), folder.resolve("state"))),
        enlisted,
        GRACE,
        (level, name, text) -> events.add(name + " " + text));
  }

  private static AgentSettings settings(Path data, int port, Path state) throws Exception {
    NodeSettings node =
        new NodeSettings(
            NODE0,
            "pg",
            "127.0.0.1",
            port,
            Optional.of(data),
            Optional.of(data.resolveSibling("server.log")),
            "postgres",
            LabServer.USER,
            () -> LabServer.PASSWORD);
    return new AgentSettings(
        node,
        List.of(node),
        LabServer.binaries(),
        LabServer.USER,
        () -> LabServer.PASSWORD,
        state,
        false,
        () -> "",
        AgentLimits.DEFAULT);
  }

  private static String act(OwnServers servers, NodeAction action) throws Exception {
    return servers.act(NODE0, action).toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private NodeReport awaitReport(Condition condition) {
    Await.until(
        () -> "reports are " + reports + "; events " + events,
        () -> !reports.isEmpty() && reports.getLast().condition() == condition);
    return reports.getLast();
  }

  private Path guard() {
    return server.data().resolve("relevo.guard");
  }

  private boolean sealed() {
    return Files.exists(server.data().resolve("standby.signal"));
  }

  private void awaitStopped() {
    Await.until("the server is stopped", () -> Postmaster.of(server.data()).isEmpty());
  }
}
