package org.relevo.jmx.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.LogPage;
import org.relevo.jmx.postgres.Await;
import org.relevo.jmx.postgres.PgServer;

class LogTailIT {
  @TempDir Path folder;

  @Test
  void whatARealServerWritesIsUnderstood() throws IOException, SQLException {
    long before = System.currentTimeMillis();
    try (PgServer server =
        PgServer.start(folder, "pg", Map.of("log_timezone", "'America/New_York'"))) {
      LogTail tail = new LogTail();
      tail.register(TailedLog.file("postgres-0", "postgres", 0, server.log()));
      LogPage started = tail.tail("postgres-0", "", 100);
      assertThat(started.lines()).allMatch(line -> line.level() == LogLevel.INFO);
      assertThat(started.lines().getLast().text()).contains("ready to accept connections");
      assertThatThrownBy(() ->
              server.execute(
                  "CREATE TABLE t(id int PRIMARY KEY)", "INSERT INTO t\n VALUES (1), (1)"))
          .isInstanceOf(SQLException.class);
      LogPage failed = tail.tail("postgres-0", started.cursor(), 100);
      assertThat(failed.gap()).isFalse();
      assertThat(failed.lines()).hasSize(1);
      LogLine error = failed.lines().getFirst();
      assertThat(error.level()).isEqualTo(LogLevel.ERROR);
      assertThat(error.atEpochMs()).isBetween(before, System.currentTimeMillis());
      assertThat(error.text())
          .contains("duplicate key")
          .contains("DETAIL:  Key (id)=(1)")
          .endsWith("VALUES (1), (1)");
    }
  }

  @Test
  void csvAndJsonAreUnderstoodAcrossRotation() throws IOException, SQLException {
    Path logs = folder.resolve("pg/data/collected");
    try (PgServer server =
        PgServer.start(
            folder,
            "pg",
            Map.of(
                "logging_collector", "on",
                "log_directory", "'collected'",
                "log_filename", "'server-%H%M%S.log'",
                "log_timezone", "'UTC'",
                "log_destination", "'csvlog,jsonlog'"))) {
      LogTail tail = new LogTail();
      tail.register(TailedLog.newestOf("csv", "postgres", 0, logs, "*.csv"));
      tail.register(TailedLog.newestOf("json", "postgres", 0, logs, "*.json"));
      String csv = tail.tail("csv", "", 100).cursor();
      String json = tail.tail("json", "", 100).cursor();
      fail(server, "SELECT *\n FROM nowhere");
      LogLine[] first = {next(tail, "csv", csv), next(tail, "json", json)};
      for (LogLine line : first) {
        assertThat(line.level()).isEqualTo(LogLevel.ERROR);
        assertThat(line.text()).contains("nowhere").contains("42P01");
      }
      assertThat(first[0].atEpochMs()).isEqualTo(first[1].atEpochMs());
      csv = tail.tail("csv", "", 100).cursor();
      // A name holds the second: the next one is another file.
      Await.until(
          Duration.ofSeconds(5),
          () -> System.currentTimeMillis() / 1000 > first[0].atEpochMs() / 1000);
      server.execute("SELECT pg_rotate_logfile()");
      Await.until(Duration.ofSeconds(20), () -> files(logs, ".csv") > 1);
      fail(server, "SELECT 1/0");
      assertThat(next(tail, "csv", csv).text()).contains("22012");
    }
  }

  private static void fail(PgServer server, String sql) {
    assertThatThrownBy(() -> server.execute(sql)).isInstanceOf(SQLException.class);
  }

  /// The first error behind a cursor.
  private static LogLine next(LogTail tail, String source, String cursor) {
    LogLine[] found = new LogLine[1];
    Await.until(
        Duration.ofSeconds(20),
        () -> {
          LogPage page = tail.tail(source, cursor, 100);
          assertThat(page.gap()).isFalse();
          page.lines().stream()
              .filter(line -> line.level() == LogLevel.ERROR)
              .findFirst()
              .ifPresent(line -> found[0] = line);
          return found[0] != null;
        });
    return found[0];
  }

  private static long files(Path folder, String ending) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(ending)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
