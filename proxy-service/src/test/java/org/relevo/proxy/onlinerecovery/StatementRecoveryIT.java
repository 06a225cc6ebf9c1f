package org.relevo.proxy.onlinerecovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.jmx.contract.RecoveryStatus;
import org.relevo.jmx.pgctl.FileTrees;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.recovery.CopyOptions;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LabServer;

/// A node of statement replication is brought to the others' exact position, in the modern way and
/// by the scripts of `scripts/recovery`, and what goes wrong ends as it should.
@Timeout(180)
class StatementRecoveryIT {
  private static final Path SCRIPTS =
      Path.of(System.getProperty("relevo.root")).resolve("scripts").resolve("recovery");

  @TempDir Path folder;
  private RecoveryLab lab;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong longestNs = new AtomicLong();
  private final List<CompletableFuture<Void>> writers = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    lab = new RecoveryLab(folder);
    lab.main.execute("CREATE TABLE t (writer int, n bigint, text text)");
    lab.main.execute(
        "INSERT INTO t SELECT 0, n, repeat('x', 100) FROM generate_series(1, 20000) n");
  }

  @AfterEach
  void stop() throws IOException {
    stopped.set(true);
    lab.close();
  }

  private void write(int count) {
    for (int writer = 1; writer <= count; writer++) {
      int number = writer;
      writers.add(
          CompletableFuture.runAsync(
              () -> run(number), task -> Thread.ofVirtual().name("writer").start(task)));
    }
  }

  private void run(int writer) {
    try (Connection main = lab.main.connect()) {
      Connection other = null;
      for (long n = 1; !stopped.get(); n++) {
        long begunNs = System.nanoTime();
        boolean both = lab.served.enter();
        try {
          String sql = "INSERT INTO t VALUES (%d, %d, 'w')".formatted(writer, n);
          run(main, sql);
          if (both) {
            other = other == null ? recovered() : other;
            run(other, sql);
          }
        } finally {
          lab.served.leave();
        }
        long tookNs = System.nanoTime() - begunNs;
        longestNs.accumulateAndGet(tookNs, Math::max);
        Thread.sleep(1);
      }
      if (other != null) {
        other.close();
      }
    } catch (SQLException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection recovered() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + lab.port + "/postgres",
        LabServer.USER,
        LabServer.PASSWORD);
  }

  private static String checksum(Connection connection) throws SQLException {
    try (connection;
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) || ' ' || sum(hashtext(t::text)::bigint) FROM t")) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  private void assertEqualNodes() throws Exception {
    stopped.set(true);
    for (CompletableFuture<Void> writer : writers) {
      writer.get(30, TimeUnit.SECONDS);
    }
    assertThat(checksum(recovered())).isEqualTo(checksum(lab.main.connect()));
  }

  @Test
  void theNodeIsEqualAndClientsHardlyWait() throws Exception {
    write(4);
    Await.until("they write", () -> longestNs.get() > 0);
    RecoveryStatus status = lab.ended(lab.recoveries.recover(1, "auto", "test"));
    assertThat(status.state()).as(status.outcome()).isEqualTo(RecoveryState.SUCCEEDED);
    assertThat(status.way()).isEqualTo("standby");
    assertThat(lab.served.done).containsExactly("begin node1", "attach node1 held");
    long before = longestNs.get();
    Await.until("all write to both", () -> lab.served.writers >= 0 && longestNs.get() >= before);
    assertEqualNodes();
    assertThat(status.pauseMs()).isBetween(0L, 3_000L);
    assertThat(lab.main.ask("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
  }

  @Test
  void anOpenTransactionIsWaitedForOrEnded() throws Exception {
    boolean both = lab.served.enter();
    assertThat(both).isFalse();
    lab.timeout = Duration.ofSeconds(1);
    RecoveryStatus status = lab.ended(lab.recoveries.recover(1, "standby", ""));
    assertThat(status.state()).isEqualTo(RecoveryState.FAILED);
    assertThat(status.outcome()).contains("transactions did not end", "clients went on");
    assertThat(lab.served.done).containsExactly("begin node1", "leave node1");
    assertThat(lab.served.held(status.id())).isFalse();
    lab.served.leave();
    // Asked again it goes on: the copy is there and streams.
    RecoveryStatus again = lab.ended(lab.recoveries.recover(1, "standby", ""));
    assertThat(again.state()).as(again.outcome()).isEqualTo(RecoveryState.SUCCEEDED);
    assertThat(again.steps().get(1).detail()).isEqualTo("its own data was enough");
    assertEqualNodes();
  }

  @Test
  void aFaultAfterTheHoldLetsClientsGoOnFirst() throws Exception {
    lab.served.attachFault.set(new IllegalStateException("no"));
    write(2);
    RecoveryStatus status = lab.ended(lab.recoveries.recover(1, "standby", ""));
    assertThat(status.state()).isEqualTo(RecoveryState.FAILED);
    assertThat(lab.served.done).containsExactly("begin node1", "leave node1");
    assertThat(lab.served.attached).isFalse();
    // It is a server of its own now, whose history left the main node's: it is made anew.
    RecoveryStatus again = lab.ended(lab.recoveries.recover(1, "standby", ""));
    assertThat(again.state()).as(again.outcome()).isEqualTo(RecoveryState.SUCCEEDED);
    assertEqualNodes();
  }

  @Test
  void aCopyOfANodeThatWasDetachedMeanwhileIsNotPromoted() throws Exception {
    lab.served.sourceLost = true;
    RecoveryStatus status = lab.ended(lab.recoveries.recover(1, "standby", ""));
    assertThat(status.state()).isEqualTo(RecoveryState.FAILED);
    assertThat(status.phase()).isEqualTo("promote");
    assertThat(status.outcome()).contains("was detached meanwhile");
    assertThat(lab.served.done).containsExactly("begin node1", "leave node1");
  }

  @Test
  void aLostSourceEndsIt() throws Exception {
    lab.copy = CopyOptions.limited(1024);
    String id = lab.recoveries.recover(1, "standby", "");
    Await.until("it copies", () -> lab.recoveries.recovery(id).bytes() > 1 << 20);
    lab.main.control().stop(PgCtl.StopMode.IMMEDIATE, LabServer.LIMIT);
    RecoveryStatus status = lab.ended(id);
    assertThat(status.state()).isEqualTo(RecoveryState.FAILED);
    assertThat(status.phase()).isEqualTo("copy");
    assertThat(lab.data).doesNotExist();
    lab.main.start();
    lab.copy = CopyOptions.USUAL;
    assertThat(lab.ended(lab.recoveries.recover(1, "standby", "")).state())
        .isEqualTo(RecoveryState.SUCCEEDED);
  }

  @Test
  void theArticlesScriptsDoTheSame() throws Exception {
    install();
    lab.firstStage = "base-backup";
    lab.secondStage = "pgpool-recovery-pitr";
    lab.recoveries.setWalArchiving(true);
    write(3);
    RecoveryStatus status = lab.ended(lab.recoveries.recover(1, "auto", ""));
    assertThat(status.state()).as(status.outcome() + lab.events).isEqualTo(RecoveryState.SUCCEEDED);
    assertThat(status.way()).isEqualTo("scripts");
    assertThat(lab.served.done).containsExactly("begin node1", "attach node1 held");
    assertEqualNodes();
    lab.recoveries.setWalArchiving(false);
    assertThat(lab.recoveries.walArchiving().segments()).isZero();
    assertThat(lab.recoveries.walArchiving().command()).isEqualTo("exit 0");
  }

  @Test
  void anArchiveOfSomebodyElseIsLeftAlone() throws Exception {
    lab.main.execute("ALTER SYSTEM SET archive_command = 'true'");
    lab.main.execute("SELECT pg_reload_conf()");
    Await.until("it archives", () -> lab.recoveries.walArchiving().command().equals("true"));
    assertThatThrownBy(() -> lab.recoveries.setWalArchiving(true))
        .hasMessageContaining("archives already");
    assertThat(lab.recoveries.setWalArchiving(false).command()).isEqualTo("true");
  }

  private void install() throws IOException {
    try (var scripts = Files.list(SCRIPTS)) {
      for (Path script : scripts.toList()) {
        Path target = lab.main.data().resolve(script.getFileName().toString());
        Files.copy(script, target);
        ServerAccount.ownerOf(lab.main.data()).own(target);
      }
    }
  }

  @Test
  void aScriptThatFailsEndsItWithItsWords() throws Exception {
    install();
    lab.firstStage = "base-backup";
    assertThatThrownBy(
            () -> {
              lab.firstStage = "no-such-script";
              lab.recoveries.recover(1, "auto", "");
            })
        .hasMessageContaining("there is no script");
    Path script = lab.main.data().resolve("three");
    Files.writeString(script, "#!/bin/sh\necho \"$# $1 $2 $3\"; exit 9\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    ServerAccount.ownerOf(lab.main.data()).own(script);
    lab.firstStage = "three";
    lab.arguments = 3;
    RecoveryStatus status = lab.ended(lab.recoveries.recover(1, "auto", ""));
    assertThat(status.state()).isEqualTo(RecoveryState.FAILED);
    assertThat(status.outcome())
        .contains("exit code 9: 3 " + lab.main.data() + " 127.0.0.1 " + lab.data);
    lab.minFree = Long.MAX_VALUE;
    assertThatThrownBy(() -> lab.recoveries.setWalArchiving(true))
        .hasMessageContaining("wal_archive_min_free");
    FileTrees.delete(lab.archive());
  }
}
