package org.relevo.proxy.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.failover.NodeObservation;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.failover.NodeObservation.Silent;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LabServer;

class NodeWatchIT {
  private static final HealthSettings SETTINGS =
      new HealthSettings(Duration.ofMillis(200), Duration.ofMillis(400), 2, Duration.ofMillis(50));

  @TempDir Path folder;
  LabServer server;
  final List<NodeObservation> seen = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = LabServer.primary(folder, "pg", Map.of());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void aFrozenServerIsDownAfterItsRetriesAndUpAgainWhenItGoesOn() throws Exception {
    try (NodeWatch watch = watch(SETTINGS, false)) {
      awaitAnswered();
      for (ProcessHandle each : processes()) {
        signal(each.pid(), "STOP");
      }
      try {
        seen.clear();
        awaitDown(Duration.ofSeconds(15));
        assertThat(lastSilent().failures()).isEqualTo(3);
        assertThat(seen).anyMatch(each -> each.outcome() instanceof Silent s && !s.conclusive());
      } finally {
        for (ProcessHandle each : processes()) {
          signal(each.pid(), "CONT");
        }
      }
      awaitAnswered();
      watch.probeNow();
    }
  }

  @Test
  void theDeathOfTheLocalPostmasterIsSeenWithoutWaitingForThePeriod() throws Exception {
    HealthSettings slow =
        new HealthSettings(
            Duration.ofSeconds(60), Duration.ofSeconds(1), 100, Duration.ofSeconds(30));
    try (NodeWatch watch = watch(slow, true)) {
      awaitAnswered();
      seen.clear();
      server.signal("KILL");
      awaitDown(Duration.ofSeconds(10));
      assertThat(lastSilent().reason()).contains("postmaster").contains("gone");
      assertThat(watch).isNotNull();
    }
  }

  @Test
  void aTerminatedProbeConnectionIsNoFailure() throws Exception {
    try (NodeWatch watch = watch(SETTINGS, true)) {
      awaitAnswered();
      Answered answer = (Answered) seen.getLast().outcome();
      assertThat(answer.role()).isEqualTo(Role.PRIMARY);
      assertThat(answer.timeline()).isEqualTo(1);
      assertThat(answer.systemIdentifier())
          .isEqualTo(server.ask("SELECT system_identifier FROM pg_control_system()"));
      server.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'relevo health'");
      seen.clear();
      awaitAnswered();
      assertThat(seen).noneMatch(each -> each.outcome() instanceof Silent s && s.conclusive());
      assertThat(watch).isNotNull();
    }
  }

  private NodeWatch watch(HealthSettings settings, boolean local) {
    return NodeWatch.start(
        new NodeSettings(
            new BackendId(0),
            "pg",
            "127.0.0.1",
            server.port(),
            local ? Optional.of(server.data()) : Optional.empty(),
            Optional.empty(),
            "postgres",
            LabServer.USER,
            () -> LabServer.PASSWORD),
        settings,
        Clock.systemUTC(),
        seen::add);
  }

  private List<ProcessHandle> processes() throws IOException {
    ProcessHandle postmaster =
        ProcessHandle.of(server.control().postmasterPid().orElseThrow()).orElseThrow();
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(postmaster), postmaster.descendants())
        .toList();
  }

  private static void signal(long pid, String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor();
  }

  private void awaitAnswered() {
    Await.until(
        () -> seen.toString(),
        () -> !seen.isEmpty() && seen.getLast().outcome() instanceof Answered);
  }

  private void awaitDown(Duration limit) {
    Await.until(
        limit,
        () -> seen.toString(),
        () ->
            !seen.isEmpty()
                && seen.getLast().outcome() instanceof Silent silent
                && silent.conclusive());
  }

  private Silent lastSilent() {
    return seen.stream()
        .map(NodeObservation::outcome)
        .filter(outcome -> outcome instanceof Silent silent && silent.conclusive())
        .map(Silent.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
