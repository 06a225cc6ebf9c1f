package org.relevo.jmx.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.LogPage;
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
}
