package org.relevo.jmx.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.postgres.Await;
import org.relevo.jmx.postgres.PgServer;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BenchmarkIT {
  @TempDir static Path folder;
  private static PgServer server;
  private Benchmark benchmark;

  @BeforeAll
  static void startServer() throws IOException {
    server = PgServer.start(folder, "pg", Map.of());
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @BeforeEach
  void open() {
    benchmark = new Benchmark(BenchmarkSettings.of(server.target()));
  }

  @AfterEach
  void close() {
    benchmark.close();
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("benchmark-job")))
        .isEmpty();
  }

  @Test
  @Order(1)
  void tablesThatAreMissingFailTheRunWithTheReason() {
    benchmark.start("select-only", 1, 1);
    awaitEnd();
    assertThat(benchmark.getStatus().state()).isEqualTo(BenchmarkState.FAILED);
    assertThat(benchmark.getStatus().lastError()).contains("pgbench_branches");
  }

  @Test
  @Order(2)
  void initMakesPgbenchsTables() throws SQLException {
    server.execute("CREATE TABLE pgbench_history(other int)", "CREATE TABLE bystander()");
    benchmark.init(2);
    assertThatThrownBy(() -> benchmark.start("tpcb-like", 1, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("INITIALISING");
    awaitEnd();
    assertThat(benchmark.getStatus().lastError()).isEmpty();
    assertThat(benchmark.getStatus().state()).isEqualTo(BenchmarkState.FINISHED);
    assertThat(server.number("SELECT count(*) FROM pgbench_branches")).isEqualTo(2);
    assertThat(server.number("SELECT count(*) FROM pgbench_tellers")).isEqualTo(20);
    assertThat(server.number("SELECT count(*) FROM pgbench_accounts")).isEqualTo(200_000);
    assertThat(server.number("SELECT count(*) FROM pgbench_history")).isZero();
    assertThat(server.number("SELECT count(*) FROM bystander")).isZero();
    assertThat(server.number("SELECT bid FROM pgbench_accounts WHERE aid = 100001")).isEqualTo(2);
    assertThat(
            server.number(
                "SELECT count(*) FROM pg_constraint WHERE contype = 'p'"
                    + " AND conrelid::regclass::text LIKE 'pgbench%'"))
        .isEqualTo(3);
    assertThat(
            server.number(
                "SELECT count(*) FROM pgbench_accounts WHERE filler = '' AND abalance = 0"))
        .isEqualTo(200_000);
    assertThat(
            server.number("SELECT relallvisible FROM pg_class WHERE relname = 'pgbench_accounts'"))
        .isPositive();
  }

  @Test
  @Order(3)
  void tpcbLikeKeepsItsSumsEqualAndCountsEachTransaction() throws SQLException {
    benchmark.start("tpcb-like", 4, 3);
    awaitEnd();
    BenchmarkStatus status = benchmark.getStatus();
    assertThat(status.lastError()).isEmpty();
    assertThat(status.state()).isEqualTo(BenchmarkState.FINISHED);
    assertThat(status.scale()).isEqualTo(2);
    assertThat(status.errors()).isZero();
    assertThat(status.transactions()).isPositive();
    assertThat(server.number("SELECT count(*) FROM pgbench_history"))
        .isEqualTo(status.transactions());
    long deltas = server.number("SELECT sum(delta) FROM pgbench_history");
    assertThat(server.number("SELECT sum(abalance) FROM pgbench_accounts")).isEqualTo(deltas);
    assertThat(server.number("SELECT sum(tbalance) FROM pgbench_tellers")).isEqualTo(deltas);
    assertThat(server.number("SELECT sum(bbalance) FROM pgbench_branches")).isEqualTo(deltas);
    assertThat(status.latencyP50Ms()).isPositive().isLessThanOrEqualTo(status.latencyP95Ms());
    assertThat(status.latencyP95Ms()).isLessThanOrEqualTo(status.latencyP99Ms());
    assertThat(status.latencyP99Ms()).isLessThanOrEqualTo(status.latencyMaxMs() * 1.02);
    assertThat(status.latencyMeanMs() * status.tps()).isBetween(1000.0, 4100.0);
    List<BenchmarkSample> samples = benchmark.samplesSince(0);
    assertThat(samples).hasSizeBetween(2, 4);
    assertThat(samples.getFirst().tps()).isPositive();
  }

  @Test
  @Order(4)
  void selectOnlyChangesNothingAndRunsUntilStopped() throws SQLException {
    long before = server.number("SELECT count(*) FROM pgbench_history");
    benchmark.start("select-only", 2, 0);
    await(() -> benchmark.getStatus().transactions() > 100);
    assertThatThrownBy(() -> benchmark.init(1)).isInstanceOf(IllegalStateException.class);
    benchmark.stop();
    awaitEnd();
    assertThat(benchmark.getStatus().state()).isEqualTo(BenchmarkState.FINISHED);
    assertThat(benchmark.getStatus().errors()).isZero();
    assertThat(server.number("SELECT count(*) FROM pgbench_history")).isEqualTo(before);
  }

  @Test
  @Order(5)
  void aServerThatStopsGivesErrorsAndAGapAndClientsComeBack() throws IOException {
    benchmark.start("tpcb-like", 3, 0);
    await(() -> benchmark.getStatus().transactions() > 50);
    long from = System.currentTimeMillis();
    server.stop(PgCtl.StopMode.IMMEDIATE);
    await(() -> benchmark.getStatus().errors() >= 6);
    assertThat(benchmark.getStatus().lastError()).contains("SQLSTATE 08001");
    server.start();
    long restarted = benchmark.getStatus().transactions();
    await(() -> benchmark.getStatus().transactions() > restarted + 50);
    long to = System.currentTimeMillis();
    benchmark.stop();
    awaitEnd();
    BenchmarkStatus status = benchmark.getStatus();
    assertThat(status.longestGapMs()).isPositive().isLessThanOrEqualTo(to - from + 100);
    assertThat(benchmark.longestGapMs(from, to)).isEqualTo(status.longestGapMs());
    assertThat(benchmark.longestGapMs(0, from - 5000)).isZero();
    assertThat(benchmark.errorsBetween(from, to)).isEqualTo(status.errors());
    assertThat(benchmark.errorsBetween(0, from - 5000)).isZero();
  }

  @Test
  @Order(6)
  void aGapThatStillRunsCounts() throws SQLException {
    benchmark.start("tpcb-like", 2, 0);
    await(() -> benchmark.getStatus().transactions() > 20);
    try (var connection = server.connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE pgbench_branches");
      await(() -> benchmark.getStatus().longestGapMs() > 300);
      long now = System.currentTimeMillis();
      assertThat(benchmark.longestGapMs(now - 100, now)).isGreaterThan(250);
      connection.commit();
    }
    benchmark.stop();
    awaitEnd();
    assertThat(benchmark.getStatus().errors()).isZero();
  }

  @Test
  @Order(7)
  void badArgumentsAreNamed() {
    assertThatThrownBy(() -> benchmark.start("tpch", 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tpch")
        .hasMessageContaining("tpcb-like, simple-update, select-only");
    assertThatThrownBy(() -> benchmark.start("tpcb-like", 0, 1))
        .hasMessageContaining("clients must be 1 to 1000");
    assertThatThrownBy(() -> benchmark.init(0)).hasMessageContaining("scale must be 1 to 19999");
    assertThat(benchmark.getStatus().state()).isEqualTo(BenchmarkState.IDLE);
  }

  @Test
  @Order(8)
  void fillingCanBeStopped() throws SQLException {
    benchmark.init(100);
    await(() -> {
      try {
        return server.number("SELECT count(*) FROM pg_stat_progress_copy") > 0;
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    });
    benchmark.stop();
    awaitEnd();
    assertThat(benchmark.getStatus().state()).isEqualTo(BenchmarkState.FAILED);
    assertThat(server.number("SELECT count(*) FROM pgbench_accounts")).isZero();
  }

  private void awaitEnd() {
    await(() ->
        benchmark.getStatus().state() != BenchmarkState.RUNNING
            && benchmark.getStatus().state() != BenchmarkState.INITIALISING);
  }

  private static void await(BooleanSupplier condition) {
    Await.until(Duration.ofSeconds(60), condition);
  }
}
