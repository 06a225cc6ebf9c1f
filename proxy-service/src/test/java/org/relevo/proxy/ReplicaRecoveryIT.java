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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.RecoveryStatus;
import org.relevo.jmx.ctl.CtlMain;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LabServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The walk-through of a cluster of two servers that both take writes: one is stopped, the service
/// takes it out, it is recovered while clients write, and is used again; in the modern way and by
/// the scripts.
///
/// `-Drelevo.recovery.mb=1024 -Drelevo.recovery.clients=16 -Drelevo.recovery.runs=10` for a long
/// run with figures.
@Timeout(1800)
class ReplicaRecoveryIT {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaRecoveryIT.class);
  private static final int MB = Integer.getInteger("relevo.recovery.mb", 8);
  private static final int CLIENTS = Integer.getInteger("relevo.recovery.clients", 4);
  private static final int RUNS = Integer.getInteger("relevo.recovery.runs", 1);
  private static final Path SCRIPTS =
      Path.of(System.getProperty("relevo.root")).resolve("scripts").resolve("recovery");

  @TempDir Path folder;
  private LabServer first;
  private LabServer second;
  private ServiceLab service;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong longestNs = new AtomicLong();
  private final List<CompletableFuture<Void>> writers = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    first =
        LabServer.primary(
            folder, "pg0", Map.of("archive_mode", "on", "archive_command", "'exit 0'"));
    first.execute("CREATE TABLE t (writer int, n bigint, text text)");
    first.execute("CREATE TABLE ballast (n int, text text)");
    first.execute(
        "INSERT INTO ballast SELECT n, repeat(md5(n::text), 30) FROM generate_series(1, %d) n"
            .formatted(MB * 1000));
    second = LabServer.standby(folder, "pg1", first);
    second.execute("SELECT pg_promote()");
    second.await("SELECT pg_is_in_recovery()", "f");
    service = new ServiceLab(folder.resolve("service"), first.port(), second.port());
    // As the article writes it.
    service.set("replication_mode", "true");
    service.set("load_balance_mode", "true");
    service.set("health_check_period", "1");
    service.set("health_check_max_retries", "1");
    service.set("health_check_retry_delay", "1");
    service.set("pg_bindir", LabServer.binaries().bin());
    service.set("backend_data_directory0", first.data());
    service.set("backend_data_directory1", second.data());
    service.set("postgres_log_file1", second.log());
    service.set("wal_archive_directory", first.data().resolveSibling("pg_xlog_archive"));
    service.set("wal_archive_min_free", "1MB");
  }

  @AfterEach
  void stop() throws IOException {
    stopped.set(true);
    service.close();
    second.close();
    first.close();
  }

  private String ctl(String... verb) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] all =
        Stream.concat(Stream.of(verb), Stream.of("--data", service.data().toString()))
            .toArray(String[]::new);
    int exit = CtlMain.execute(all, new PrintWriter(out), new PrintWriter(err));
    assertThat(exit).as(err.toString() + out).isZero();
    return out.toString();
  }

  private static NodeStatus status(JmxConnection console, int node) {
    return console.cluster().getNodes().get(node).status();
  }

  private void write() {
    for (int writer = 1; writer <= CLIENTS; writer++) {
      int number = writer;
      writers.add(
          CompletableFuture.runAsync(
              () -> run(number), task -> Thread.ofVirtual().name("writer").start(task)));
    }
    awaitWrites();
  }

  private void awaitWrites() {
    long more = written.get() + 4L * CLIENTS;
    Await.until(
        () -> written + " were written; " + writers,
        () -> {
          writers.stream()
              .filter(CompletableFuture::isCompletedExceptionally)
              .forEach(CompletableFuture::join);
          return written.get() > more;
        });
  }

  private void run(int writer) {
    try (Connection connection = service.connect();
        Statement statement = connection.createStatement()) {
      for (long n = 1; !stopped.get(); n++) {
        long begunNs = System.nanoTime();
        if (n % 2 == 0) {
          statement.execute("INSERT INTO t VALUES (%d, %d, 'alone')".formatted(writer, n));
        } else {
          connection.setAutoCommit(false);
          statement.execute("SELECT count(*) FROM pg_class WHERE relname = 't'");
          statement.execute("INSERT INTO t VALUES (%d, %d, 'block')".formatted(writer, n));
          connection.commit();
          connection.setAutoCommit(true);
        }
        longestNs.accumulateAndGet(System.nanoTime() - begunNs, Math::max);
        written.incrementAndGet();
        Thread.sleep(2);
      }
    } catch (SQLException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertEqualNodes() throws Exception {
    stopped.set(true);
    for (CompletableFuture<Void> writer : writers) {
      writer.get(60, TimeUnit.SECONDS);
    }
    for (String table : List.of("t", "ballast")) {
      String sum =
          "SELECT count(*) || ' ' || coalesce(sum(hashtext(x::text)::bigint), 0) FROM %s x"
              .formatted(table);
      assertThat(second.ask(sum)).as(table).isEqualTo(first.ask(sum));
    }
  }

  @Test
  void aKilledNodeIsRecoveredWhileClientsWriteAndNoneOfThemNotices() throws Exception {
    service.startAndAwait();
    try (JmxConnection console = service.console()) {
      Await.until("both take part", () -> status(console, 1) == NodeStatus.UP);
      write();
      for (int run = 1; run <= RUNS; run++) {
        second.control().stop(PgCtl.StopMode.IMMEDIATE, LabServer.LIMIT);
        Await.until("it is taken out", () -> status(console, 1) != NodeStatus.UP);
        awaitWrites();
        longestNs.set(0);
        assertThat(ctl("node", "recover", "1", "--yes")).contains("node 1 is used again");
        RecoveryStatus status = console.recovery().getRecoveries().getFirst();
        Await.until("it takes part", () -> status(console, 1) == NodeStatus.UP);
        awaitWrites();
        LOG.info(
            "run {} pauseMs={} longestMs={} bytes={} tookMs={}",
            run,
            status.pauseMs(),
            longestNs.get() / 1_000_000,
            status.bytes(),
            status.finishedAtEpochMs() - status.startedAtEpochMs());
        assertThat(status.pauseMs()).isBetween(0L, 5_000L);
      }
      assertEqualNodes();
    }
  }

  @Test
  void theArticlesWalkThroughWithItsScripts() throws Exception {
    try (Stream<Path> scripts = Files.list(SCRIPTS)) {
      for (Path script : scripts.toList()) {
        Path target = first.data().resolve(script.getFileName().toString());
        Files.copy(script, target);
        ServerAccount.ownerOf(first.data()).own(target);
      }
    }
    service.set("recovery_1st_stage_command", "base-backup");
    service.set("recovery_2nd_stage_command", "pgpool-recovery-pitr");
    service.set("recovery_timeout", "60");
    service.startAndAwait();
    try (JmxConnection console = service.console()) {
      Await.until("both take part", () -> status(console, 1) == NodeStatus.UP);
      write();
      second.stop();
      Await.until("it is taken out", () -> status(console, 1) != NodeStatus.UP);
      awaitWrites();
      assertThat(ctl("wal-archiving", "start")).contains("on, node 0");
      String said = ctl("node", "recover", "1", "--yes");
      assertThat(said).contains("first stage", "second stage", "node 1 is used again", "scripts");
      assertThat(ctl("wal-archiving", "stop")).contains("off, node 0");
      Await.until("it takes part", () -> status(console, 1) == NodeStatus.UP);
      awaitWrites();
      assertEqualNodes();
      assertThat(second.ask("SELECT pg_is_in_recovery()")).isEqualTo("f");
    }
  }
}
