package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.TestAccess;

/// PostgreSQL's own programs in the replication protocol, through the service.
@Timeout(180)
class ReplicationIT {
  private static final Path BIN =
      Path.of(System.getProperty("relevo.test.tools.bindir", "/usr/lib/postgresql/15/bin"));

  @TempDir static Path folder;
  private static RealServer server;
  private static ProxyServer proxy;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Files.isExecutable(BIN.resolve("pg_receivewal")), "no programs in " + BIN);
    server = RealServer.start(PgBinaries.in(BIN), folder.resolve("pg"));
    server.sql("CREATE ROLE copier REPLICATION LOGIN PASSWORD 'copier'");
    proxy = proxy(true);
  }

  @AfterAll
  static void stop() throws IOException {
    if (proxy != null) {
      proxy.close();
      server.close();
    }
  }

  private static ProxyServer proxy(boolean replication) throws IOException {
    Duration wait = Duration.ofSeconds(10);
    return ProxyServer.start(
        TestAccess.settings(
            0,
            1,
            new SessionSettings(50, wait, wait, wait, replication),
            TestAccess.pools(PoolMode.TRANSACTION, 1)),
        new FixedViews(server.port()),
        TestAccess.of(server.port()));
  }

  private static Process run(ProxyServer through, Path log, String program, String... arguments)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(Stream.of(BIN.resolve(program).toString()), Stream.of(arguments))
                .toList());
    builder
        .environment()
        .putAll(
            Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", String.valueOf(through.address().getPort()),
                "PGUSER", "copier",
                "PGPASSWORD", "copier",
                "LC_ALL", "C"));
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private static String said(Path log) throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  @Test
  void baseBackupWithStreamedWalIsWhole() throws Exception {
    Path log = folder.resolve("basebackup.log");
    Path copy = folder.resolve("copy");
    Process backup =
        run(
            proxy,
            log,
            "pg_basebackup",
            "-D",
            copy.toString(),
            "-X",
            "stream",
            "-c",
            "fast",
            "--no-sync");
    assertThat(backup.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(backup.exitValue()).as(said(log)).isZero();
    Path verifyLog = folder.resolve("verify.log");
    Process verify = run(proxy, verifyLog, "pg_verifybackup", copy.toString());
    assertThat(verify.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said(verifyLog)).contains("backup successfully verified");
  }

  @Test
  void walIsReceivedUntilTheClientLeavesAndTheServerSenderEndsWithIt() throws Exception {
    Path log = folder.resolve("receivewal.log");
    Path wal = Files.createDirectory(folder.resolve("wal"));
    Process receiver =
        run(proxy, log, "pg_receivewal", "-D", wal.toString(), "--no-loop", "--no-sync");
    try {
      String senders = "SELECT count(*) FROM pg_stat_replication WHERE usename = 'copier'";
      Await.until("a sender", () -> server.query(senders).equals("1"));
      server.sql("CREATE TABLE moved AS SELECT generate_series(1, 100000) AS n");
      server.sql("SELECT pg_switch_wal()");
      Await.until("a segment", () -> segments(wal) > 0);
      receiver.destroy();
      assertThat(receiver.waitFor(30, TimeUnit.SECONDS)).isTrue();
      Await.until("no sender", () -> server.query(senders).equals("0"));
    } finally {
      receiver.destroyForcibly();
    }
  }

  private static long segments(Path wal) throws IOException {
    try (Stream<Path> files = Files.list(wal)) {
      return files.filter(file -> !file.toString().endsWith(".partial")).count();
    }
  }

  @Test
  void theReceiverIsToldWhenItsSenderEnds() throws Exception {
    Path log = folder.resolve("ended.log");
    Path wal = Files.createDirectory(folder.resolve("ended"));
    Process receiver =
        run(proxy, log, "pg_receivewal", "-D", wal.toString(), "--no-loop", "--no-sync");
    try {
      Await.until(
          "a sender to end",
          () ->
              server
                  .query(
                      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_replication"
                          + " WHERE usename = 'copier'")
                  .equals("1"));
      assertThat(receiver.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(said(log)).contains("terminating connection due to administrator command");
    } finally {
      receiver.destroyForcibly();
    }
  }

  @Test
  void aWrongPasswordAndAForbiddenConnectionAreRefused() throws Exception {
    Path log = folder.resolve("refused.log");
    List<String> arguments = List.of("-D", folder.resolve("refused").toString());
    try (ProxyServer closed = proxy(false)) {
      Process backup = run(closed, log, "pg_basebackup", arguments.toArray(String[]::new));
      assertThat(backup.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(said(log)).contains("replication connections are not allowed");
    }
    Process other =
        run(
            proxy,
            log,
            "pg_basebackup",
            "-D",
            folder.resolve("refused").toString(),
            "-d",
            "user=copier password=wrong");
    assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said(log)).contains("password authentication failed");
  }
}
