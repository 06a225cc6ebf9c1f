package org.relevo.jmx.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.SeriesColumn;
import org.relevo.jmx.contract.SeriesSample;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.series.Series;

/// Every figure against what was done, and against the server's own views.
class PostgresSeriesIT {
  private static final Map<String, String> TIMED = Map.of("track_io_timing", "on");

  @TempDir Path folder;

  @Test
  void version15() throws IOException, SQLException {
    Path bin = Path.of("/usr/lib/postgresql/15/bin");
    assumeTrue(Files.isDirectory(bin), "PostgreSQL 15 is not installed");
    try (PgServer server = PgServer.start(PgBinaries.in(bin), folder, "old", TIMED)) {
      agrees(server, "parallel_workers|io_.*");
    }
  }

  @Test
  void version18() throws IOException, SQLException {
    try (PgServer server = PgServer.start(folder, "new", TIMED)) {
      agrees(server, "none");
    }
  }

  private void agrees(PgServer server, String unknown) throws SQLException {
    server.execute(
        "CREATE TABLE load(id int PRIMARY KEY, text text)",
        "SELECT pg_create_physical_replication_slot('unused', true)",
        "CREATE ROLE blind LOGIN PASSWORD '" + PgServer.PASSWORD + "'");
    Path history = folder.resolve("history");
    try (PostgresSampler sampler = sampler(server, "postgres", Optional.of(history))) {
      Series series = sampler.series();
      await(() -> series.getLast().sequence() >= 1);
      long from = server.number("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')");
      load(server, series);
      long wal = server.number("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')") - from;
      await(() -> sum(series, "temp_bytes") > 1_000_000 && sum(series, "rows_deleted") >= 99);
      assertThat(sum(series, "rows_inserted")).isBetween(19_900.0, 21_500.0);
      assertThat(sum(series, "wal")).isBetween(wal * 0.9, wal * 1.5 + 500_000);
      assertThat(sum(series, "temp_files")).isGreaterThanOrEqualTo(0.9);
      assertThat(sum(series, "wal_records")).isGreaterThan(20_000);
      assertThat(sum(series, "sessions_opened")).isPositive();
      assertThat(sum(series, "checkpoints_requested")).isGreaterThanOrEqualTo(0.9);
      assertThat(sum(series, "checkpoint_buffers")).isPositive();
      assertThat(last(series, "slots")).isEqualTo(1);
      assertThat(last(series, "slots_inactive")).isEqualTo(1);
      assertThat(last(series, "slots_retained_bytes")).isPositive();
      assertThat(last(series, "transaction_age"))
          .isCloseTo(
              (double) server.number("SELECT max(age(datfrozenxid)) FROM pg_database"),
              Offset.offset(200.0));
      assertThat(last(series, "database_bytes"))
          .isCloseTo(
              (double) server.number("SELECT sum(pg_database_size(oid)) FROM pg_database"),
              Offset.offset(20e6));
      assertThat(last(series, "wal_files_bytes")).isPositive();
      for (SeriesColumn column : series.getColumns()) {
        assertThat(last(series, column.name()) >= 0)
            .as(column.name())
            .isEqualTo(!column.name().matches(unknown));
      }
      assertThat(series.getMissing()).isEmpty();
    }
    // The past is there after a restart.
    try (PostgresSampler sampler = sampler(server, "postgres", Optional.of(history))) {
      assertThat(sampler.series().history("commits,wal", 1, 0, Long.MAX_VALUE).points().size())
          .isGreaterThanOrEqualTo(2);
    }
    rights(server);
  }

  private static void rights(PgServer server) throws SQLException {
    try (PostgresSampler sampler = sampler(server, "blind", Optional.empty())) {
      await(() -> sampler.series().getLast().sequence() >= 1);
      assertThat(sampler.series().getMissing())
          .anyMatch(each -> each.contains("pg_ls_waldir"))
          .anyMatch(each -> each.contains("GRANT pg_monitor"));
    }
    server.execute("GRANT pg_monitor TO blind");
    try (PostgresSampler sampler = sampler(server, "blind", Optional.empty())) {
      await(() -> sampler.series().getLast().sequence() >= 1);
      assertThat(sampler.series().getMissing()).isEmpty();
      assertThat(last(sampler.series(), "wal_files_bytes")).isPositive();
    }
  }

  private static void load(PgServer server, Series series) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET work_mem = '64kB'");
      statement.execute("INSERT INTO load SELECT g, 'x' FROM generate_series(1, 20000) g");
      statement.executeQuery("SELECT * FROM generate_series(1, 200000) g ORDER BY g DESC").close();
      statement.execute("DELETE FROM load WHERE id <= 100");
      statement.execute("CHECKPOINT");
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE load");
      await(() ->
          last(series, "idle_in_transaction") == 1 && last(series, "oldest_transaction_ms") > 900);
      connection.rollback();
    }
  }

  private static PostgresSampler sampler(PgServer server, String user, Optional<Path> history) {
    JdbcTarget target = server.target();
    return new PostgresSampler(
        new PostgresSettings(
            0, target.host(), target.port(), target.database(), user, target.password()),
        history);
  }

  private static double last(Series series, String column) {
    return series.getLast().values().get(place(series, column));
  }

  private static double sum(Series series, String column) {
    int place = place(series, column);
    return series.samplesSince(0).stream()
        .filter(sample -> sample.values().get(place) >= 0)
        .mapToDouble((SeriesSample sample) -> sample.values().get(place) * sample.periodMs() / 1000)
        .sum();
  }

  private static int place(Series series, String column) {
    return series.getColumns().stream().map(SeriesColumn::name).toList().indexOf(column);
  }

  private static void await(BooleanSupplier condition) {
    Await.until(Duration.ofSeconds(30), condition);
  }
}
