package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.jmx.contract.RecoveryStatus;
import org.relevo.jmx.ctl.CtlMain;
import org.relevo.jmx.pgctl.FileTrees;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.LabServer;

/// Nodes brought back by a service as people run it, by `relevo ctl`.
@Timeout(180)
class RecoveryIT {
  @TempDir static Path folder;
  private static LabServer primary;
  private static LabServer standby;
  private static ServiceLab service;

  @BeforeAll
  static void start() throws Exception {
    primary = LabServer.primary(folder, "pg0", Map.of("archive_mode", "on"));
    standby = LabServer.standby(folder, "pg1", primary);
    service = new ServiceLab(folder.resolve("service"), primary.port(), standby.port());
    service.set("pg_bindir", LabServer.binaries().bin());
    service.set("backend_data_directory0", primary.data());
    service.set("backend_data_directory1", standby.data());
    service.set("postgres_log_file1", standby.log());
    service.set("health_check_period", "500ms");
    service.set("health_check_max_retries", "1");
    service.set("health_check_retry_delay", "100ms");
    service.set("wal_archive_directory", standby.data().resolveSibling("archive"));
    service.set("wal_archive_min_free", "1MB");
    service.startAndAwait();
    primary.execute("CREATE TABLE t AS SELECT generate_series(1, 10000) AS n");
  }

  @AfterAll
  static void stop() throws IOException {
    service.close();
    standby.close();
    primary.close();
  }

  /// What a run of `relevo ctl` said.
  private record Said(int exit, String out, String err) {}

  private Said ctl(String... verb) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] all =
        Stream.concat(Stream.of(verb), Stream.of("--data", service.data().toString()))
            .toArray(String[]::new);
    int exit = CtlMain.execute(all, new PrintWriter(out), new PrintWriter(err));
    return new Said(exit, out.toString(), err.toString());
  }

  private void awaitStatus(JmxConnection console, NodeStatus status) {
    Await.until(
        () -> "nodes are " + console.cluster().getNodes(),
        () -> console.cluster().getNodes().get(1).status() == status);
  }

  private static void rate(JmxConnection console, String limit) throws IOException {
    service.set("recovery_max_rate", limit);
    service.write();
    assertThat(console.config().reload().problems()).isEmpty();
  }

  private void loseTheStandby() throws IOException {
    standby.control().stop(PgCtl.StopMode.IMMEDIATE, LabServer.LIMIT);
    FileTrees.delete(standby.data());
  }

  @Test
  void aLostStandbyIsCopiedAndUsedAgainWhileClientsWrite() throws Exception {
    try (JmxConnection console = service.console()) {
      awaitStatus(console, NodeStatus.UP);
      loseTheStandby();
      awaitStatus(console, NodeStatus.DOWN);
      Said plan = ctl("node", "recover", "1", "--dry-run");
      assertThat(plan.out()).contains("copy: node1", "catch up", "attach").doesNotContain("hold");
      AtomicBoolean stopped = new AtomicBoolean();
      CompletableFuture<Integer> written = writeUntil(stopped);
      Said said = ctl("node", "recover", "1", "--yes");
      stopped.set(true);
      assertThat(said.err()).isEmpty();
      assertThat(said.exit()).isZero();
      assertThat(said.out()).contains("copied", "node 1 is used again");
      assertThat(console.cluster().getNodes().get(1).status()).isEqualTo(NodeStatus.UP);
      assertThat(written.get(30, TimeUnit.SECONDS)).isPositive();
      standby.await("SELECT count(*) FROM t", primary.ask("SELECT count(*) FROM t"));
    }
  }

  /// Writes through the service until it is told to stop; an error fails the test.
  private CompletableFuture<Integer> writeUntil(AtomicBoolean stopped) {
    return CompletableFuture.supplyAsync(() -> {
      int written = 0;
      try (Connection connection = service.connect();
          Statement statement = connection.createStatement()) {
        while (!stopped.get()) {
          statement.execute("INSERT INTO t VALUES (1)");
          written++;
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      return written;
    });
  }

  @Test
  void aCancelledRecoveryLeavesWhatWasThereAndCanBeStartedAgain() throws Exception {
    try (JmxConnection console = service.console()) {
      rate(console, "1MB");
      awaitStatus(console, NodeStatus.UP);
      loseTheStandby();
      awaitStatus(console, NodeStatus.DOWN);
      assertThat(ctl("node", "recover", "1", "--yes", "--no-wait").exit()).isZero();
      Await.until(
          () -> "recoveries are " + console.recovery().getRecoveries(),
          () -> console.recovery().getRecoveries().getFirst().bytes() > 1 << 20);
      RecoveryStatus running = console.recovery().getRecoveries().getFirst();
      assertThat(running.phase()).isEqualTo("copy");
      assertThat(running.totalBytes()).isGreaterThan(running.bytes());
      assertThat(running.bytesPerSecond()).isBetween(100_000L, 3_000_000L);
      assertThat(running.remainingSeconds()).isPositive();
      assertThat(console.cluster().getNodes().get(1).status()).isEqualTo(NodeStatus.RECOVERING);

      Said second = ctl("node", "recover", "1", "--yes");
      assertThat(second.exit()).isEqualTo(12);
      assertThat(second.err()).contains("recovery " + running.id() + " of node 1 is running");

      Said cancelled = ctl("node", "recover", "--cancel");
      assertThat(cancelled.err()).contains("cancelled", "broken off at 'copy'");
      awaitStatus(console, NodeStatus.DOWN);
      try (Stream<Path> left = Files.list(standby.data().resolveSibling("."))) {
        assertThat(left.map(Path::getFileName).map(Path::toString))
            .noneMatch(name -> name.startsWith("data"));
      }
      rate(console, "0");
      awaitStatus(console, NodeStatus.DOWN);
      assertThat(ctl("node", "recover", "1", "--yes").out()).contains("node 1 is used again");
    }
  }

  @Test
  void aServiceThatEndsInTheMiddleSaysSoAndGoesOnWhenAskedAgain() throws Exception {
    JavaProgram program = service.restart();
    try (JmxConnection console = service.console()) {
      rate(console, "1MB");
      awaitStatus(console, NodeStatus.UP);
      loseTheStandby();
      awaitStatus(console, NodeStatus.DOWN);
      assertThat(ctl("node", "recover", "1", "--yes", "--no-wait").exit()).isZero();
      Await.until(
          () -> "recoveries are " + console.recovery().getRecoveries(),
          () -> console.recovery().getRecoveries().getFirst().bytes() > 1 << 20);
    }
    program.signal("KILL");
    assertThat(program.awaitEnd(30)).isNotZero();
    service.set("recovery_max_rate", "0");
    service.restart();
    try (JmxConnection console = service.console()) {
      assertThat(console.recovery().getRecoveries().getFirst().state())
          .isEqualTo(RecoveryState.INTERRUPTED);
      assertThat(ctl("node", "recover", "--status").out()).contains("ask for it again");
      awaitStatus(console, NodeStatus.DOWN);
      assertThat(ctl("node", "recover", "1", "--yes").out()).contains("node 1 is used again");
      try (Stream<Path> left = Files.list(standby.data().resolveSibling("."))) {
        assertThat(left.map(Path::getFileName).map(Path::toString))
            .filteredOn(name -> name.startsWith("data"))
            .containsExactly("data");
      }
    }
  }

  @Test
  void whatIsNotSafeIsRefusedAndNothingIsTouched() throws Exception {
    try (JmxConnection console = service.console()) {
      awaitStatus(console, NodeStatus.UP);
      refused("node1 is in use", "1");
      refused("node0 is the node that the others are recovered from", "0");
      refused("there is no node 7", "7");
      standby.stop();
      awaitStatus(console, NodeStatus.DOWN);
      Path version = standby.data().resolve("PG_VERSION");
      String right = Files.readString(version);
      Files.writeString(version, "9\n");
      refused("is of PostgreSQL 9", "1");
      Files.delete(version);
      refused("no data directory of PostgreSQL; it is left as it is", "1");
      Files.writeString(version, right);

      Path mine = standby.data().resolveSibling("mine");
      Files.move(standby.data(), mine);
      NewCluster.create(
          LabServer.binaries(),
          standby.data().resolveSibling("."),
          org.relevo.jmx.pgctl.ServerAccount.forNewServers(),
          standby.port(),
          LabServer.USER,
          LabServer.PASSWORD,
          Map.of());
      refused("belongs to system", "1");
      assertThat(standby.data().resolve("PG_VERSION")).exists();
      FileTrees.delete(standby.data());
      Files.move(mine, standby.data());
      standby.start();
      awaitStatus(console, NodeStatus.UP);
    }
  }

  private void refused(String why, String... more) {
    String[] verb =
        Stream.concat(Stream.of("node", "recover", "--yes"), Stream.of(more))
            .toArray(String[]::new);
    Said said = ctl(verb);
    assertThat(said.exit()).as(said.out()).isEqualTo(12);
    assertThat(said.err()).contains(why);
  }

  @Test
  void aNodeIsTakenOutByHandAndStaysOutOverARestart() throws Exception {
    try (JmxConnection console = service.console()) {
      awaitStatus(console, NodeStatus.UP);
      assertThat(ctl("node", "detach", "0").err()).contains("is the primary");
      assertThat(ctl("node", "detach", "1").out()).contains("node 1 is detached");
      awaitStatus(console, NodeStatus.MAINTENANCE);
    }
    service.restart();
    try (JmxConnection console = service.console()) {
      awaitStatus(console, NodeStatus.MAINTENANCE);
      // Its data is whole: recovery finds that out and copies nothing.
      Said said = ctl("node", "recover", "1", "--yes");
      assertThat(said.out()).contains("its own data was enough", "node 1 is used again");
      awaitStatus(console, NodeStatus.UP);
      assertThat(ctl("node", "detach", "1").exit()).isZero();
      assertThat(ctl("node", "attach", "1").out()).contains("node 1 is attached");
      awaitStatus(console, NodeStatus.UP);
    }
  }

  @Test
  void theLogIsArchivedOnlyWhileItIsAskedFor() throws Exception {
    try (JmxConnection console = service.console()) {
      awaitStatus(console, NodeStatus.UP);
      assertThat(ctl("wal-archiving", "status").out()).contains("off, node 0");
      assertThat(ctl("wal-archiving", "start").out()).contains("on, node 0");
      primary.execute("CREATE TABLE archived (n int)");
      primary.ask("SELECT pg_switch_wal()");
      Await.until(
          () -> "archive is " + console.recovery().walArchiving(),
          () -> console.recovery().walArchiving().segments() > 0);
      assertThat(console.recovery().walArchiving().failures()).isZero();
      Said off = ctl("wal-archiving", "stop");
      assertThat(off.out()).contains("off, node 0", "exit 0", "0 segments");
    }
    service.set("wal_archive_min_free", "1000GB");
    service.restart();
    try (JmxConnection console = service.console()) {
      awaitStatus(console, NodeStatus.UP);
      assertThat(ctl("wal-archiving", "start").err()).contains("wal_archive_min_free");
    }
  }
}
