package org.relevo.jmx.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.postgres.Await;
import org.relevo.jmx.postgres.JdbcTarget;
import org.relevo.jmx.postgres.PgServer;

class PgbenchTablesIT {
  private static final Path PGBENCH = Path.of("/usr/lib/postgresql/15/bin/pgbench");
  private static final String SHAPE =
      """
      SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
        SELECT attrelid::regclass || ' ' || attnum || ' ' || attname || ' '
          || format_type(atttypid, atttypmod) || ' ' || attnotnull || ' '
          || coalesce(array_to_string(c.reloptions, ','), '') AS line
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
        WHERE attnum > 0 AND relname LIKE 'pgbench%' AND relkind IN ('r', 'i')
        UNION ALL
        SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid::regclass::text LIKE 'pgbench%') lines
      """;

  @TempDir Path folder;

  @Test
  void tablesAndRowsAreWhatPgbenchItselfMakes()
      throws IOException, SQLException, InterruptedException {
    assumeTrue(Files.isExecutable(PGBENCH), "pgbench is not installed");
    try (PgServer server = PgServer.start(folder, "pg", Map.of())) {
      server.execute("CREATE DATABASE theirs", "CREATE DATABASE ours");
      runPgbench(server);
      JdbcTarget ours = server.target().withDatabase("ours");
      try (Benchmark benchmark = new Benchmark(BenchmarkSettings.of(ours))) {
        benchmark.init(2);
        Await.until(
            Duration.ofSeconds(60), () -> benchmark.getStatus().state() == BenchmarkState.FINISHED);
      }
      JdbcTarget theirs = server.target().withDatabase("theirs");
      assertThat(text(ours, SHAPE)).isEqualTo(text(theirs, SHAPE)).contains("fillfactor=100");
      for (String table : new String[] {"accounts", "branches", "tellers", "history"}) {
        String rows =
            "SELECT coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), 'none')"
                + (" FROM pgbench_" + table + " t");
        assertThat(text(ours, rows)).as(table).isEqualTo(text(theirs, rows));
      }
    }
  }

  private static void runPgbench(PgServer server) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                PGBENCH.toString(),
                "-i",
                "-q",
                "-s2",
                "-h127.0.0.1",
                "-p" + server.port(),
                "-Upostgres",
                "theirs")
            .redirectErrorStream(true);
    builder.environment().put("PGPASSWORD", PgServer.PASSWORD);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  private static String text(JdbcTarget target, String sql) throws SQLException {
    try (Connection connection =
            target.open("test", Duration.ofSeconds(5), Duration.ofSeconds(60));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
