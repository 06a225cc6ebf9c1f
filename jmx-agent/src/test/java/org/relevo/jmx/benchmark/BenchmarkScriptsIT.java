package org.relevo.jmx.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.jmx.contract.BenchmarkComparison;
import org.relevo.jmx.contract.BenchmarkPlan;
import org.relevo.jmx.contract.BenchmarkRun;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.contract.BenchmarkScript;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.BenchmarkTables;
import org.relevo.jmx.postgres.Await;
import org.relevo.jmx.postgres.PgServer;

/// Plans with everything that pgbench has options for, and what is kept of their runs.
class BenchmarkScriptsIT {
  @TempDir static Path folder;
  private static PgServer server;
  @TempDir Path runs;
  private Benchmark benchmark;

  @BeforeAll
  static void startServer() throws IOException, SQLException {
    server = PgServer.start(folder, "pg", Map.of());
    server.execute("CREATE TABLE told (client int, what text)");
    try (Benchmark filler = new Benchmark(BenchmarkSettings.of(server.target()))) {
      filler.fill(new BenchmarkTables(1, 70, true, true));
      Await.until(
          Duration.ofSeconds(60), () -> filler.getStatus().state() == BenchmarkState.FINISHED);
    }
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @BeforeEach
  void open() throws SQLException {
    server.execute("TRUNCATE told");
    benchmark =
        new Benchmark(new BenchmarkSettings(server.target(), Optional.of(runs), "1.2", Map::of));
  }

  @AfterEach
  void close() {
    benchmark.close();
  }

  private static BenchmarkPlan plan(String protocol, int clients, long count, String... texts) {
    List<BenchmarkScript> scripts =
        java.util.Arrays.stream(texts).map(text -> new BenchmarkScript("own", text, 1)).toList();
    return new BenchmarkPlan(
        "mine",
        "relevo",
        scripts,
        protocol,
        clients,
        Math.min(2, clients),
        0,
        count,
        0,
        0,
        List.of("word=hello"),
        1);
  }

  private BenchmarkStatus run(BenchmarkPlan plan) {
    benchmark.run(plan);
    Await.until(
        Duration.ofSeconds(90), () -> benchmark.getStatus().state() != BenchmarkState.RUNNING);
    BenchmarkStatus status = benchmark.getStatus();
    assertThat(status.state()).as(status.lastError()).isEqualTo(BenchmarkState.FINISHED);
    return status;
  }

  @Test
  void tablesAreMadeWithPgbenchsOptions() throws SQLException {
    assertThat(
            server.number(
                "SELECT count(*) FROM pg_constraint WHERE contype = 'f'"
                    + " AND conrelid::regclass::text LIKE 'pgbench%'"))
        .isEqualTo(5);
    assertThat(
            server.number(
                "SELECT count(*) FROM pg_class WHERE relname LIKE 'pgbench%' AND relkind = 'r'"
                    + " AND relpersistence = 'u'"))
        .isEqualTo(4);
    assertThat(
            server.number(
                "SELECT count(*) FROM pg_class WHERE reloptions::text LIKE '%fillfactor=70%'"))
        .isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "extended", "prepared"})
  void ownScriptsRunInEachProtocolToTheirLastTransaction(String protocol) throws SQLException {
    String script =
        """
        \\set n random(1, 3)
        \\if :n < 0
        INSERT INTO told VALUES (-1, 'never');
        \\endif
        SELECT :client_id + 1000 AS id, NULL AS nothing \\gset my_
        \\sleep 1 ms
        INSERT INTO told VALUES (:my_id, ':word' || ':word');
        """;
    // In the extended protocols a variable in quotes is no variable's value.
    String text =
        protocol.equals("simple") ? script : script.replace("':word' || ':word'", ":word");
    BenchmarkStatus status = run(plan(protocol, 3, 7, text));
    assertThat(status.transactions()).isEqualTo(21);
    assertThat(status.errors()).as(status.lastError()).isZero();
    assertThat(server.number("SELECT count(*) FROM told WHERE client BETWEEN 1000 AND 1002"))
        .isEqualTo(21);
    String word = protocol.equals("simple") ? "hellohello" : "hello";
    assertThat(server.number("SELECT count(*) FROM told WHERE what = '" + word + "'"))
        .isEqualTo(21);
    assertThat(status.latencyP50Ms()).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void pipelinesAreAnsweredAsAWhole() throws SQLException {
    String script =
        """
        \\startpipeline
        INSERT INTO told VALUES (:client_id, 'a');
        \\syncpipeline
        INSERT INTO told VALUES (:client_id, 'b');
        INSERT INTO told VALUES (:client_id, 'c');
        \\endpipeline
        """;
    for (String protocol : List.of("extended", "prepared")) {
      BenchmarkStatus status = run(plan(protocol, 2, 5, script));
      assertThat(status.errors()).as(status.lastError()).isZero();
    }
    assertThat(server.number("SELECT count(*) FROM told")).isEqualTo(60);
    assertThatThrownBy(() -> benchmark.run(plan("simple", 1, 1, script)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs the protocol extended or prepared");
  }

  @Test
  void allRowsOfAllResultsAreKept() throws SQLException {
    run(
        plan(
            "simple",
            1,
            1,
            "SELECT 1 AS a \\; SELECT 2 AS b UNION SELECT 3 ORDER BY b \\aset\n"
                + "INSERT INTO told VALUES (:a, :b);"));
    assertThat(server.number("SELECT client * 10 + what::int FROM told")).isEqualTo(13);
  }

  @Test
  void failedTransactionsAreRolledBackAndCounted() throws SQLException {
    String script =
        """
        BEGIN;
        INSERT INTO told VALUES (1, 'before');
        \\if :client_id = 0
        SELECT 1 / (:client_id + 0) AS boom;
        \\endif
        END;
        """;
    for (String protocol : List.of("simple", "prepared")) {
      BenchmarkStatus status = run(plan(protocol, 2, 3, script));
      assertThat(status.errors()).isEqualTo(3);
      assertThat(status.transactions()).isEqualTo(3);
      assertThat(status.lastError()).contains("division by zero (SQLSTATE 22012)");
    }
    assertThat(server.number("SELECT count(*) FROM told")).isEqualTo(6);
    BenchmarkStatus status = run(plan("simple", 1, 2, "\\set a :nobody + 1\nSELECT 1;"));
    assertThat(status.errors()).isEqualTo(2);
    assertThat(status.lastError()).contains("undefined variable \"nobody\"");
    status = run(plan("simple", 1, 1, "SELECT 1 WHERE false \\gset\n"));
    assertThat(status.lastError()).contains("expected one row, got 0");
    status = run(plan("prepared", 1, 2, "COPY told FROM STDIN;"));
    assertThat(status.errors()).isEqualTo(2);
    assertThat(status.lastError()).contains("sends no data for COPY");
  }

  /// A connection that ends while its client waits for a time leaves the thread at rest.
  @Test
  void aConnectionThatEndsBetweenTwoStatementsIsFoundByTheNext() throws SQLException {
    String sleeping =
        " FROM pg_stat_activity WHERE application_name = 'relevo bench' AND query = 'SELECT 7'";
    benchmark.run(plan("simple", 1, 1, "SELECT 7;\n\\sleep 4 s\nSELECT 8;"));
    Await.until(
        Duration.ofSeconds(60),
        () -> {
          try {
            return server.number("SELECT count(pg_terminate_backend(pid))" + sleeping) > 0;
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
    Await.until(
        Duration.ofSeconds(60), () -> benchmark.getStatus().state() != BenchmarkState.RUNNING);
    assertThat(benchmark.getStatus().errors()).isEqualTo(1);
    assertThat(benchmark.getStatus().lastError()).contains("connection lost");
    assertThat(benchmark.getRuns().getFirst().cpuSeconds()).isBetween(0.0, 1.5);
  }

  @Test
  void weightsDivideTheTransactions() throws SQLException {
    List<BenchmarkScript> scripts =
        List.of(
            new BenchmarkScript("often", "INSERT INTO told VALUES (1, 'often');", 9),
            new BenchmarkScript("seldom", "INSERT INTO told VALUES (1, 'seldom');", 1));
    BenchmarkStatus status =
        run(
            new BenchmarkPlan(
                "", "relevo", scripts, "prepared", 2, 1, 0, 1000, 0, 0, List.of(), 1));
    assertThat(status.script()).isEqualTo("often@9, seldom@1");
    assertThat(server.number("SELECT count(*) FROM told WHERE what = 'seldom'"))
        .isBetween(120L, 290L);
  }

  @Test
  void aRateIsKeptAndWhatIsTooLateIsLeftOut() {
    List<BenchmarkScript> scripts = List.of(new BenchmarkScript("select-only", "", 1));
    BenchmarkStatus calm =
        run(new BenchmarkPlan("", "relevo", scripts, "prepared", 4, 2, 3, 0, 200, 0, List.of(), 1));
    assertThat(calm.transactions()).isBetween(400L, 800L);
    assertThat(calm.lagMeanMs()).isGreaterThanOrEqualTo(0);
    List<BenchmarkScript> slow = List.of(new BenchmarkScript("slow", "\\sleep 50 ms\n", 1));
    BenchmarkStatus busy =
        run(new BenchmarkPlan("", "relevo", slow, "simple", 1, 1, 2, 0, 100, 20, List.of(), 1));
    assertThat(busy.skipped()).isPositive();
    assertThat(busy.late()).isPositive();
    assertThat(busy.transactions()).isLessThan(60);
  }

  @Test
  void runsAreKeptWithTheirEnvironmentAndCompared() {
    List<BenchmarkScript> scripts = List.of(new BenchmarkScript("select-only", "", 1));
    BenchmarkPlan plan =
        new BenchmarkPlan("one", "relevo", scripts, "prepared", 2, 1, 0, 50, 0, 0, List.of(), 4);
    BenchmarkStatus last = run(plan);
    assertThat(last.run()).isEqualTo(4);
    run(
        new BenchmarkPlan(
            "other",
            "relevo",
            List.of(new BenchmarkScript("slow", "\\sleep 100 ms\nSELECT 1;", 1)),
            "simple",
            2,
            1,
            0,
            5,
            0,
            0,
            List.of(),
            4));
    benchmark.close();
    Benchmark again =
        new Benchmark(new BenchmarkSettings(server.target(), Optional.of(runs), "1.2", Map::of));
    List<BenchmarkRun> kept = again.getRuns();
    assertThat(kept).hasSize(8);
    BenchmarkRun oldest = kept.getLast();
    assertThat(oldest.status().transactions()).isEqualTo(100);
    assertThat(oldest.plan()).isEqualTo(plan);
    assertThat(oldest.environment())
        .extracting("name")
        .contains(
            "relevo.version",
            "machine.processors",
            "machine.memory",
            "server.server_version",
            "server.shared_buffers",
            "server.fsync",
            "tables.scale");
    assertThat(oldest.cpuSeconds()).isPositive();
    BenchmarkComparison comparison = again.compare("one", "other");
    assertThat(comparison.figures().getFirst().name()).isEqualTo("tps");
    assertThat(comparison.figures().getFirst().verdict())
        .isEqualTo(org.relevo.jmx.contract.BenchmarkVerdict.WORSE);
    assertThat(comparison.differences()).contains("plan.protocol: prepared | simple");
    again.forget(oldest.id());
    assertThatThrownBy(() -> again.samplesOf(oldest.id()))
        .hasMessageContaining("no kept run with the id or label '" + oldest.id());
    assertThat(again.getRuns()).hasSize(7);
    again.close();
  }

  @Test
  void theMachinesPgbenchCanMakeTheLoad() {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/pgbench"))
            || Files.isExecutable(Path.of("/usr/lib/postgresql/15/bin/pgbench")),
        "pgbench is not installed");
    assertThat(benchmark.getEngines()).extracting("name").containsExactly("relevo", "pgbench");
    List<BenchmarkScript> scripts =
        List.of(
            new BenchmarkScript("tpcb-like", "", 2),
            new BenchmarkScript("own", "\\set x random(1, :scale)\nSELECT :x, ':word';", 1));
    BenchmarkStatus status =
        run(
            new BenchmarkPlan(
                "", "pgbench", scripts, "simple", 3, 1, 0, 200, 0, 500, List.of("word=a b"), 1));
    assertThat(status.transactions()).isEqualTo(600);
    assertThat(status.errors()).as(status.lastError()).isZero();
    assertThat(status.tps()).isPositive();
    assertThat(status.latencyP50Ms()).isPositive().isLessThanOrEqualTo(status.latencyP99Ms());
    List<BenchmarkSample> samples = benchmark.samplesOf(status.runId());
    assertThat(samples.stream().mapToDouble(BenchmarkSample::tps).max().orElse(0)).isPositive();
    assertThatThrownBy(() ->
            benchmark.run(
                new BenchmarkPlan(
                    "", "pgbench", scripts, "simple", 1, 1, 0, 0, 0, 0, List.of(), 1)))
        .hasMessageContaining("the engine pgbench needs an end");
  }

  @Test
  void plansThatCannotBeRunSayWhy() {
    assertThatThrownBy(() -> benchmark.run(plan("prepared", 1, 1, "\\shell ls")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("script own: line 1, column 1: \\shell is refused");
    assertThat(benchmark.checkScript("SELECT 1;\n\\set a 1 +"))
        .isEqualTo("script script: line 2, column 11: the expression is not complete");
    assertThat(benchmark.checkScript("SELECT 1;")).isEmpty();
    assertThatThrownBy(() -> benchmark.run(plan("binary", 1, 1, "SELECT 1;")))
        .hasMessageContaining("no protocol 'binary'; there are simple, extended, prepared");
    assertThat(benchmark.getScripts()).hasSize(3);
  }
}
