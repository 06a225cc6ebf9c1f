package org.relevo.jmx.benchmark;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.relevo.jmx.contract.BenchmarkTables;
import org.relevo.jmx.postgres.JdbcTarget;
import org.relevo.jmx.postgres.SqlFile;

/// Makes and fills pgbench's tables in pgbench's own order: drop, create, fill in one transaction,
/// vacuum, primary keys.
///
/// Owner: the benchmark's thread, apart from [#cancel].
final class TableLoad {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final int ACCOUNTS_PER_SCALE = 100_000;
  private static final int TELLERS_PER_SCALE = 10;
  private static final int BUFFER_CHARS = 64 * 1024;
  private static final String STOPPED = "57014"; // query_canceled

  private final JdbcTarget target;
  private final BenchmarkTables tables;
  private final int scale;
  private volatile boolean cancelled;
  private volatile @Nullable Connection current;

  TableLoad(JdbcTarget target, BenchmarkTables tables) {
    this.target = target;
    this.tables = tables;
    this.scale = tables.scale();
  }

  void execute() throws SQLException {
    // No answer limit: vacuum and primary keys of a large scale take as long as they take.
    try (Connection connection = target.open("relevo bench", CONNECT_LIMIT, Duration.ZERO)) {
      current = connection;
      for (String statement : SqlFile.statements("benchmark-tables.sql")) {
        run(connection, asWanted(statement));
      }
      fill(connection);
      for (String statement : SqlFile.statements("benchmark-finish.sql")) {
        run(connection, statement);
      }
      if (tables.foreignKeys()) {
        for (String statement : SqlFile.statements("benchmark-foreign-keys.sql")) {
          run(connection, statement);
        }
      }
    } finally {
      current = null;
    }
  }

  private String asWanted(String statement) {
    String filled = statement.replace("fillfactor=100", "fillfactor=" + tables.fillFactor());
    return tables.unlogged() ? filled.replace("CREATE TABLE", "CREATE UNLOGGED TABLE") : filled;
  }

  /// Ends the load soon; what is not committed goes away.
  void cancel() {
    cancelled = true;
    Connection connection = current;
    if (connection != null) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        throw new IllegalStateException("cannot stop filling " + target, e);
      }
    }
  }

  private void run(Connection connection, String sql) throws SQLException {
    checkCancelled();
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void fill(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    // Truncated in the same transaction, so COPY may freeze the rows, as pgbench does.
    run(
        connection,
        "TRUNCATE TABLE pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers");
    copy(connection, "pgbench_branches", scale, (row, id) -> row.append(id).append("\t0\t\\N\n"));
    copy(
        connection,
        "pgbench_tellers",
        TELLERS_PER_SCALE * scale,
        (row, id) ->
            row.append(id)
                .append('\t')
                .append((id - 1) / TELLERS_PER_SCALE + 1)
                .append("\t0\t\\N\n"));
    copy(
        connection,
        "pgbench_accounts",
        ACCOUNTS_PER_SCALE * scale,
        (row, id) ->
            row.append(id)
                .append('\t')
                .append((id - 1) / ACCOUNTS_PER_SCALE + 1)
                .append("\t0\t\n"));
    connection.commit();
    connection.setAutoCommit(true);
  }

  private void copy(Connection connection, String table, int rows, RowText text)
      throws SQLException {
    CopyIn copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY " + table + " FROM STDIN WITH (FREEZE ON)");
    StringBuilder buffer = new StringBuilder(BUFFER_CHARS + 100);
    for (int id = 1; id <= rows; id++) {
      text.append(buffer, id);
      if (buffer.length() >= BUFFER_CHARS || id == rows) {
        checkCancelled();
        byte[] bytes = buffer.toString().getBytes(StandardCharsets.US_ASCII);
        copy.writeToCopy(bytes, 0, bytes.length);
        buffer.setLength(0);
      }
    }
    copy.endCopy();
  }

  private void checkCancelled() throws SQLException {
    if (cancelled) {
      throw new SQLException("filling the tables was stopped", STOPPED);
    }
  }

  /// Writes one row as COPY reads it.
  private interface RowText {
    void append(StringBuilder row, int id);
  }
}
