package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.BenchmarkTables;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.ContentReport;
import org.relevo.jmx.contract.NodeRow;
import org.relevo.jmx.contract.RowDifference;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LabServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Contents are compared by a whole service whose own load generator writes meanwhile, with two
/// servers that it keeps equal statement by statement, and with a streaming pair.
///
/// `-Drelevo.contents.runs=100` for many comparisons. `-Drelevo.pacing.scale=68
/// -Drelevo.pacing.rounds=10 -Drelevo.pacing.seconds=5` measures what a comparison of 1 GB takes
/// from the clients.
@Timeout(3600)
class ServiceContentsIT {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceContentsIT.class);
  private static final int RUNS = Integer.getInteger("relevo.contents.runs", 2);
  private static final int SCALE = Integer.getInteger("relevo.pacing.scale", 1);
  private static final int ROUNDS = Integer.getInteger("relevo.pacing.rounds", 1);
  private static final int SECONDS = Integer.getInteger("relevo.pacing.seconds", 1);
  private static final int DEFAULT_PACE = 5;
  private static final String MEMORY = "'%dMB'".formatted(SCALE > 1 ? 1536 : 32);

  @TempDir Path folder;

  @Test
  void aBusyPairThatIsReplicatedByStatementIsEqualAndAPlantedByteIsFound() throws Exception {
    try (LabServer first = LabServer.primary(folder, "pg0", Map.of());
        LabServer second = LabServer.standby(folder, "pg1", first)) {
      second.execute("SELECT pg_promote()");
      second.await("SELECT pg_is_in_recovery()", "f");
      try (ServiceLab service =
          new ServiceLab(folder.resolve("service"), first.port(), second.port())) {
        service.set("backend_clustering_mode", "native_replication");
        service.startAndAwait();
        try (JmxConnection console = service.console()) {
          compareUnderLoad(console);
        }
        assertThat(history(second)).isEqualTo(history(first));
        try (JmxConnection console = service.console()) {
          plantAndFind(console, second);
        }
      }
    }
  }

  @Test
  void aBusyStreamingPairIsEqualAndComparingItIsPaced() throws Exception {
    Map<String, String> settings = Map.of("shared_buffers", MEMORY, "max_wal_size", "'4GB'");
    try (LabServer first = LabServer.primary(folder, "pg0", settings);
        LabServer second = LabServer.standby(folder, "pg1", first);
        ServiceLab service =
            new ServiceLab(folder.resolve("service"), first.port(), second.port())) {
      service.startAndAwait();
      try (JmxConnection console = service.console()) {
        compareUnderLoad(console);
        pace(console);
      }
    }
  }

  private static String history(LabServer server) throws SQLException {
    return server.ask("SELECT count(*) || ' ' || sum(delta) FROM pgbench_history");
  }

  private static void fill(JmxConnection console, int scale) {
    console.benchmark().fill(new BenchmarkTables(scale, 100, false, false));
    Await.until(
        Duration.ofMinutes(10),
        () -> "filling: " + console.benchmark().getStatus(),
        () -> console.benchmark().getStatus().state() == BenchmarkState.FINISHED);
  }

  private static void compareUnderLoad(JmxConnection console) {
    fill(console, 1);
    console.benchmark().start("tpcb-like", 4, 0);
    for (int round = 1; round <= RUNS; round++) {
      long before = console.benchmark().getStatus().transactions();
      Await.until(
          () -> "no load: " + console.benchmark().getStatus(),
          () -> console.benchmark().getStatus().transactions() > before + 20);
      ContentReport report = compare(console, "", 50);
      assertThat(report.state())
          .as(() -> report + " " + console.contents().differences(10))
          .isEqualTo(ConsistencyState.EQUAL);
      assertThat(report.rowsCompared()).isGreaterThanOrEqualTo(100_011);
      LOG.info(
          "contents round={} rows={} rechecked={} heldMs={}",
          round,
          report.rowsCompared(),
          report.rechecked(),
          report.heldMs());
    }
    stopLoad(console);
    BenchmarkStatus load = console.benchmark().getStatus();
    assertThat(load.errors()).as(load.lastError()).isZero();
    LOG.info("contents runs={} transactions={} false=0", RUNS, load.transactions());
  }

  private static void stopLoad(JmxConnection console) {
    console.benchmark().stop();
    Await.until(
        () -> "stopping: " + console.benchmark().getStatus(),
        () -> console.benchmark().getStatus().state() == BenchmarkState.FINISHED);
  }

  private static ContentReport compare(JmxConnection console, String tables, int pace) {
    console.contents().compare("postgres", tables, pace);
    Await.until(
        Duration.ofMinutes(2),
        () -> "comparing: " + console.contents().getReport(),
        () -> console.contents().getReport().state() != ConsistencyState.RUNNING);
    return console.contents().getReport();
  }

  private static void plantAndFind(JmxConnection console, LabServer second) throws SQLException {
    second.execute(
        "UPDATE pgbench_accounts SET filler = overlay(filler placing 'x' from 42)"
            + " WHERE aid = 77777");
    console.benchmark().start("tpcb-like", 4, 0);
    try {
      ContentReport report = compare(console, "", 100);
      assertThat(report.state()).isEqualTo(ConsistencyState.DIFFERENT);
      assertThat(report.differences()).isEqualTo(1);
      RowDifference found = console.contents().differences(10).getFirst();
      assertThat(found.key()).isEqualTo(List.of("77777"));
      assertThat(found.rows().stream().map(NodeRow::row).filter(row -> row.contains("x")))
          .hasSize(1);
    } finally {
      stopLoad(console);
    }
  }

  /// Throughput with and without a comparison at the default pace, in turn.
  private static void pace(JmxConnection console) throws IOException {
    if (SCALE > 1) {
      fill(console, SCALE);
    }
    console.benchmark().start("select-only", 8, 0);
    double[] ratios = new double[ROUNDS];
    try {
      throughput(console, 3L * SECONDS);
      console.contents().compare("postgres", "public.pgbench_accounts", DEFAULT_PACE);
      for (int round = 0; round < ROUNDS; round++) {
        double with = throughput(console, SECONDS);
        long compared = console.contents().getReport().rowsCompared();
        ConsistencyState state = console.contents().getReport().state();
        console.contents().stop();
        Await.until(
            () -> "stopping: " + console.contents().getReport(),
            () -> console.contents().getReport().state() != ConsistencyState.RUNNING);
        double without = throughput(console, SECONDS);
        ratios[round] = with / without;
        LOG.info(
            "pacing round={} tpsWith={} tpsWithout={} rows={} state={}",
            round,
            Math.round(with),
            Math.round(without),
            compared,
            state);
        if (console.contents().getReport().state() == ConsistencyState.EQUAL) {
          console.contents().compare("postgres", "public.pgbench_accounts", DEFAULT_PACE);
        } else {
          console.contents().resume();
        }
      }
      assertThat(console.contents().getReport().rowsCompared()).isPositive();
    } finally {
      console.contents().stop();
      stopLoad(console);
    }
    Arrays.sort(ratios);
    LOG.info("pacing scale={} medianRatio={}", SCALE, ratios[ROUNDS / 2]);
  }

  private static double throughput(JmxConnection console, long seconds) {
    long before = console.benchmark().getStatus().transactions();
    long began = System.nanoTime();
    LockSupport.parkNanos(seconds * 1_000_000_000L);
    long done = console.benchmark().getStatus().transactions() - before;
    return done / ((System.nanoTime() - began) / 1e9);
  }
}
