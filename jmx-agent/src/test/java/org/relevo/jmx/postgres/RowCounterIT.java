package org.relevo.jmx.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowCounterIT {
  @TempDir static Path folder;
  private static PgServer server;

  @BeforeAll
  static void startServer() throws IOException, SQLException {
    server = PgServer.start(folder, "pg", Map.of());
    server.execute(
        "CREATE TABLE b(id int)",
        "INSERT INTO b SELECT generate_series(1, 5)",
        "CREATE TABLE child() INHERITS (b)",
        "INSERT INTO child VALUES (6)",
        "CREATE TABLE part(id int) PARTITION BY RANGE (id)",
        "CREATE TABLE part_low PARTITION OF part FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE part_high PARTITION OF part FOR VALUES FROM (10) TO (20)",
        "INSERT INTO part SELECT generate_series(0, 14)",
        "CREATE UNLOGGED TABLE fast(id int)",
        "CREATE SCHEMA \"odd \"\"schema\"",
        "CREATE TABLE \"odd \"\"schema\".\"odd; table\"(id int)",
        "CREATE VIEW seen AS SELECT * FROM b",
        "CREATE MATERIALIZED VIEW kept AS SELECT * FROM b",
        "CREATE ROLE reader LOGIN PASSWORD 'reader'",
        "GRANT SELECT ON b TO reader");
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @Test
  void eachRowIsCountedOnceAndTemporaryTablesAreLeftOut() throws SQLException {
    try (Connection connection = server.connect()) {
      connection.createStatement().execute("CREATE TEMP TABLE mine(id int)");
      RowCounter counter = new RowCounter(connection);
      List<UserTable> tables = counter.tables();
      assertThat(tables.stream().map(table -> table.schema() + "." + table.name()))
          .containsExactly(
              "odd \"schema.odd; table",
              "public.b",
              "public.child",
              "public.fast",
              "public.part_high",
              "public.part_low");
      assertThat(tables.stream().filter(UserTable::unlogged).map(UserTable::name))
          .containsExactly("fast");
      assertThat(tables).allMatch(UserTable::readable);
      assertThat(tables.stream().map(table -> count(counter, table)))
          .containsExactly(0L, 5L, 1L, 0L, 5L, 10L);
    }
  }

  @Test
  void theCallersSnapshotIsKept() throws SQLException {
    try (Connection connection = server.connect()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      RowCounter counter = new RowCounter(connection);
      UserTable table =
          counter.tables().stream().filter(found -> found.name().equals("fast")).findFirst().get();
      server.execute("INSERT INTO fast VALUES (1)");
      assertThat(counter.count(table)).isZero();
      server.execute("DELETE FROM fast");
    }
  }

  @Test
  void aTableThatWasDroppedSinceTheSnapshotIsNamed() throws SQLException {
    server.execute("CREATE TABLE doomed()");
    try (Connection connection = server.connect()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      connection.createStatement().execute("SELECT 1");
      server.execute("DROP TABLE doomed");
      assertThatThrownBy(() -> new RowCounter(connection).tables())
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("public.doomed");
    }
  }

  @Test
  void tablesThatTheRoleCannotReadAreMarked() throws SQLException {
    JdbcTarget target = server.target();
    JdbcTarget reader =
        new JdbcTarget(target.host(), target.port(), "postgres", "reader", () -> "reader");
    try (Connection connection =
        reader.open("test", Duration.ofSeconds(5), Duration.ofSeconds(5))) {
      assertThat(
              new RowCounter(connection)
                  .tables().stream().filter(UserTable::readable).map(UserTable::name))
          .containsExactly("b");
    }
  }

  private static long count(RowCounter counter, UserTable table) {
    try {
      return counter.count(table);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
