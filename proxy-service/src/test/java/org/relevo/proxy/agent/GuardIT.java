package org.relevo.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.LabServer;

/// A real server, and processes that feed its guard and are killed or frozen.
class GuardIT {
  private static final Journal QUIET = (level, name, text) -> {};

  @TempDir Path folder;
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
  void aFrozenAgentsServerIsStopped() throws Exception {
    try (JavaProgram agent = feeder(12_000, 600_000)) {
      Await.stays(Duration.ofSeconds(3), () -> assertThat(server.ask("SELECT 1")).isEqualTo("1"));
      agent.signal("STOP");
      long frozenNs = System.nanoTime();
      awaitStopped();
      assertThat((System.nanoTime() - frozenNs) / 1_000_000).isBetween(6_000L, 30_000L);
      assertThat(server.data().resolve("standby.signal")).exists();
      // It stays frozen: awake it would tell itself why the server was stopped.
    }
    List<String> told = new CopyOnWriteArrayList<>();
    Guard next =
        Guard.start(
            server.data(), Duration.ofSeconds(5), (level, name, text) -> told.add(name + text));
    next.end();
    assertThat(told)
        .anyMatch(event -> event.startsWith("agent.guard-stopped") && event.contains("go on"));
  }

  @Test
  void aKilledAgentsServerIsStoppedAfterTheGrace() throws Exception {
    try (JavaProgram agent = feeder(60_000, 2_000)) {
      agent.signal("KILL");
      long killedNs = System.nanoTime();
      awaitStopped();
      assertThat((System.nanoTime() - killedNs) / 1_000_000).isBetween(1_500L, 25_000L);
    }
  }

  @Test
  void aRestartedAgentTakesOverWithinTheGrace() throws Exception {
    try (JavaProgram agent = feeder(60_000, 4_000)) {
      String first = Files.readString(owner());
      agent.signal("KILL");
      try (Guard next = Guard.start(server.data(), Duration.ofSeconds(4), QUIET)) {
        // Not before it is fed: an agent that only starts again and again does not count.
        assertThat(Files.readString(owner())).isEqualTo(first);
        next.feed(Duration.ofMinutes(1));
        Await.until("the next guard took over", () -> !Files.readString(owner()).equals(first));
        Await.stays(Duration.ofSeconds(6), () -> assertThat(server.ask("SELECT 1")).isEqualTo("1"));
        next.idle();
        next.end();
      }
    }
    Await.until("the guard is gone", () -> !Files.exists(owner()));
    Await.stays(Duration.ofSeconds(1), () -> assertThat(server.ask("SELECT 1")).isEqualTo("1"));
  }

  @Test
  void anUnfedSuccessorDoesNotProlongTheGrace() throws Exception {
    try (JavaProgram agent = feeder(60_000, 2_000)) {
      agent.signal("KILL");
      try (Guard next = Guard.start(server.data(), Duration.ofMinutes(10), QUIET)) {
        awaitStopped();
        next.end();
      }
    }
  }

  @Test
  void aFrozenServerIsKilled() throws Exception {
    try (Guard guard = Guard.start(server.data(), Duration.ofSeconds(1), QUIET)) {
      guard.feed(Duration.ofMillis(500));
      server.signal("STOP");
      awaitStopped();
    }
  }

  @Test
  void onlyAFedGuardAllowsAPrimaryAndASealComesBack() throws Exception {
    server.stop();
    Path seal = server.data().resolve("standby.signal");
    Files.createFile(seal);
    try (Guard guard = Guard.start(server.data(), Duration.ofMinutes(1), QUIET)) {
      assertThatThrownBy(guard::check).hasMessageContaining("is over");
      guard.feed(Duration.ofMinutes(1));
      guard.check();
      assertThat(seal).exists();
      guard.unseal();
      assertThat(seal).doesNotExist();
      // Its service freezes here, and comes back too late.
      guard.feed(Duration.ofMillis(300));
      Await.until("the guard has sealed and ended", () -> Files.exists(seal) && !taken());
      assertThatThrownBy(guard::check).isInstanceOf(IOException.class);
      assertThatThrownBy(guard::unseal).isInstanceOf(IOException.class);
      assertThat(seal).exists();
      server.start();
      assertThat(server.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
      guard.end();
    }
  }

  private boolean taken() {
    return Files.exists(owner());
  }

  @Test
  void inMaintenanceNothingIsStopped() throws Exception {
    Guard guard = Guard.start(server.data(), Duration.ofSeconds(1), QUIET);
    guard.feed(Duration.ofSeconds(60));
    Await.until("it is the owner", () -> Files.exists(owner()));
    guard.idle();
    guard.close();
    Await.until("the guard is gone", () -> !Files.exists(owner()));
    Await.stays(Duration.ofSeconds(2), () -> assertThat(server.ask("SELECT 1")).isEqualTo("1"));
  }

  /// What feeds a guard in a process of its own.
  public static final class Feeder {
    public static void main(String[] arguments) throws Exception {
      Guard guard =
          Guard.start(
              Path.of(arguments[0]), Duration.ofMillis(Long.parseLong(arguments[2])), QUIET);
      while (true) {
        guard.feed(Duration.ofMillis(Long.parseLong(arguments[1])));
        Thread.sleep(100);
      }
    }
  }

  private JavaProgram feeder(long feedMs, long graceMs) throws Exception {
    JavaProgram program =
        JavaProgram.start(
            folder,
            List.of(),
            Feeder.class.getName(),
            List.of(server.data().toString(), "" + feedMs, "" + graceMs));
    Await.until(
        () -> "the guard runs as " + ServerAccount.ownerOf(server.data()) + program.errors(),
        () -> Files.exists(owner()));
    return program;
  }

  private Path owner() {
    return server.data().resolve("relevo.guard");
  }

  private void awaitStopped() {
    Await.until("the server is stopped", () -> server.control().postmasterPid().isEmpty());
  }
}
