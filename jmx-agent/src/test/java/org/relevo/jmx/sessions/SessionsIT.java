package org.relevo.jmx.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.BlockedSession;
import org.relevo.jmx.contract.IndexInfo;
import org.relevo.jmx.contract.PlanInfo;
import org.relevo.jmx.contract.PostgresProcess;
import org.relevo.jmx.contract.SessionInfo;
import org.relevo.jmx.contract.SessionOrder;
import org.relevo.jmx.contract.TableInfo;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.postgres.Await;
import org.relevo.jmx.postgres.JdbcTarget;
import org.relevo.jmx.postgres.PgServer;
import org.relevo.jmx.processes.ProcessTable;
import org.relevo.jmx.processes.Processes;

/// Sessions, processes, plans and statistics against the server's own views and `ps`.
class SessionsIT {
  @TempDir Path folder;
  private final ProcessTable table = new ProcessTable();

  @Test
  void version15() throws Exception {
    Path bin = Path.of("/usr/lib/postgresql/15/bin");
    assumeTrue(Files.isDirectory(bin), "PostgreSQL 15 is not installed");
    try (PgServer server = PgServer.start(PgBinaries.in(bin), folder, "old", Map.of())) {
      all(server);
    }
  }

  @Test
  void version18() throws Exception {
    try (PgServer server = PgServer.start(folder, "new", Map.of("cluster_name", "lab"))) {
      all(server);
    }
  }

  private void all(PgServer server) throws Exception {
    server.execute(
        "CREATE TABLE things(id int PRIMARY KEY, name text)",
        "INSERT INTO things SELECT g, 'x' || g FROM generate_series(1, 5000) g",
        "CREATE INDEX by_name ON things(name)",
        "CREATE INDEX by_name_again ON things(name)",
        "ANALYZE things",
        "CREATE ROLE watcher LOGIN PASSWORD '" + PgServer.PASSWORD + "'",
        "CREATE ROLE app LOGIN PASSWORD '" + PgServer.PASSWORD + "'",
        "GRANT SELECT, UPDATE ON things TO app");
    try (Link link = new Link(0, server.target(), table)) {
      Sessions sessions = new Sessions(link, table);
      assertThat(sessions.isLocal()).isTrue();
      assertThat(sessions.getMissing()).isEmpty();
      blockingAndSignals(server, sessions);
      busySession(server, sessions);
      plans(server, sessions);
      statistics(server, sessions);
      processes(server, sessions);
    }
    leastRights(server);
  }

  private static void blockingAndSignals(PgServer server, Sessions sessions) throws Exception {
    try (Connection holder = server.connect();
        Connection waiter = server.connect();
        Statement holding = holder.createStatement();
        Statement waiting = waiter.createStatement()) {
      holder.setAutoCommit(false);
      holding.execute("UPDATE things SET name = 'held' WHERE id = 1");
      int holderPid = pid(holder);
      int waiterPid = pid(waiter);
      Thread blocked =
          Thread.ofVirtual().start(() -> quietly(waiting, "DELETE FROM things WHERE id = 1"));
      await(() -> sessions.blocking().size() == 2);
      List<BlockedSession> tree = sessions.blocking();
      assertThat(tree.getFirst().pid()).isEqualTo(holderPid);
      assertThat(tree.getFirst().state()).isEqualTo("idle in transaction");
      assertThat(tree.getLast().pid()).isEqualTo(waiterPid);
      assertThat(tree.getLast().depth()).isEqualTo(1);
      assertThat(tree.getLast().blockedBy()).isEqualTo(holderPid);
      assertThat(tree.getLast().lockType()).isEqualTo("transactionid");
      await(() -> of(sessions, waiterPid).blockedBy().equals(List.of(holderPid)));
      SessionInfo shown = of(sessions, waiterPid);
      assertThat(shown.waitEvent()).isEqualTo("Lock:transactionid");
      // Another start: a number that was taken over is not hit.
      assertThat(sessions.cancel(waiterPid, shown.startedAtEpochMs() + 1)).isFalse();
      assertThat(sessions.cancel(waiterPid, shown.startedAtEpochMs())).isTrue();
      blocked.join(Duration.ofSeconds(20));
      assertThat(blocked.isAlive()).isFalse();
      assertThat(sessions.terminate(holderPid, 0)).isTrue();
      await(() ->
          sessions.sessions(SessionOrder.QUERY, true, 1000).stream()
              .noneMatch(each -> each.pid() == holderPid));
      assertThat(sessions.terminate(999_999_999, 0)).isFalse();
      assertThat(sessions.blocking()).isEmpty();
    }
  }

  /// Processor time of a busy session as `ps` tells it.
  private void busySession(PgServer server, Sessions sessions) throws Exception {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      int pid = pid(connection);
      Thread busy =
          Thread.ofVirtual().start(() -> quietly(statement, "DO $$ BEGIN LOOP END LOOP; END $$"));
      await(() -> of(sessions, pid).cpuLoad() > 0.2);
      SessionInfo first = sessions.sessions(SessionOrder.CPU, false, 1).getFirst();
      assertThat(first.pid()).isEqualTo(pid);
      long byPs = Long.parseLong(ps(pid, "rss")) * 1024;
      assertThat((double) of(sessions, pid).rssBytes()).isBetween(byPs * 0.8, byPs * 1.25);
      long seconds = Long.parseLong(ps(pid, "cputimes"));
      assertThat(of(sessions, pid).cpuMsTotal()).isGreaterThanOrEqualTo(seconds * 1000 - 1000);
      assertThat(sessions.cancel(pid, 0)).isTrue();
      busy.join(Duration.ofSeconds(20));
    }
  }

  private static void plans(PgServer server, Sessions sessions) throws SQLException {
    JdbcTarget admin = server.target();
    JdbcTarget app =
        new JdbcTarget(admin.host(), admin.port(), "postgres", "app", admin.password());
    try (Connection connection = app.open("app", Duration.ofSeconds(5), Duration.ofSeconds(20));
        Statement statement = connection.createStatement()) {
      int pid = pid(connection);
      statement.execute("SELECT * FROM things WHERE id = 7");
      await(() -> sessions.plan(pid).plan().contains("things_pkey"));
      try (PreparedStatement prepared =
          connection.prepareStatement("UPDATE things SET name = ? WHERE id = ?")) {
        prepared.setString(1, "changed");
        prepared.setInt(2, -1);
        prepared.execute();
      }
      await(() -> sessions.plan(pid).plan().contains("Update on things"));
      // What is not allowed to run is not run.
      quietly(statement, "ANALYZE UPDATE things SET name = 'run' WHERE id = 2");
      await(() -> sessions.plan(pid).problem().contains("42601"));
      quietly(statement, "SELECT 1; UPDATE things SET name = 'run'");
      await(() -> sessions.plan(pid).query().contains("SET name = 'run'"));
      PlanInfo several = sessions.plan(pid);
      assertThat(several.plan() + several.problem()).isNotEmpty();
      assertThat(server.number("SELECT count(*) FROM things WHERE name = 'run'")).isEqualTo(5000);
      server.execute("UPDATE things SET name = 'x' || id");
    }
    assertThatThrownBy(() -> sessions.plan(999_999_999)).hasMessageContaining("no session");
  }

  private static void statistics(PgServer server, Sessions sessions) throws SQLException {
    await(() -> number(server, "SELECT n_tup_ins FROM pg_stat_user_tables") >= 5000);
    TableInfo things = sessions.tables("", 10).getFirst();
    assertThat(things.name()).isEqualTo("things");
    assertThat(things.sizeBytes()).isEqualTo(server.number("SELECT pg_table_size('things')"));
    assertThat(things.indexBytes()).isEqualTo(server.number("SELECT pg_indexes_size('things')"));
    assertThat(things.insertedTotal()).isEqualTo(5000);
    assertThat(things.vacuumThreshold()).isEqualTo(50 + 1000);
    List<IndexInfo> indexes = sessions.indexes("postgres", 10);
    assertThat(indexes.stream().collect(Collectors.toMap(IndexInfo::name, IndexInfo::duplicateOf)))
        .isEqualTo(Map.of("things_pkey", "", "by_name", "", "by_name_again", "by_name"));
    assertThat(indexes).filteredOn(IndexInfo::unique).hasSize(1);
    assertThat(sessions.getDatabases()).containsExactly("postgres");
    assertThat(sessions.progress()).isEmpty();
    assertThatThrownBy(() -> sessions.tables("nowhere", 10)).hasMessageContaining("3D000");
  }

  private void processes(PgServer server, Sessions sessions) throws Exception {
    Processes processes = new Processes(table);
    processes.join(sessions::waits);
    long postmaster = server.number("SELECT pg_backend_pid()");
    assertThat(postmaster).isPositive();
    try (Connection connection = server.connect()) {
      int pid = pid(connection);
      int cluster = Integer.parseInt(ps(pid, "ppid"));
      await(() ->
          processes.processes(SessionOrder.MEMORY, 5000).stream()
              .anyMatch(each -> each.pid() == pid));
      List<PostgresProcess> ours =
          processes.processes(SessionOrder.MEMORY, 5000).stream()
              .filter(each -> each.cluster() == cluster)
              .toList();
      assertThat(ours.stream().map(PostgresProcess::role))
          .contains("postmaster", "checkpointer", "background writer", "walwriter");
      PostgresProcess client =
          ours.stream().filter(each -> each.pid() == pid).findFirst().orElseThrow();
      assertThat(client.role()).isEqualTo("client backend");
      assertThat(client.user()).isEqualTo("postgres");
      assertThat(client.activity()).isEqualTo("idle");
      assertThat(client.pssBytes()).isBetween(100_000L, client.rssBytes());
      assertThat(client.writtenBytesTotal()).isNotNegative();
      assertThat(ours.stream().map(PostgresProcess::waitEvent))
          .anyMatch(each -> each.startsWith("Activity:"));
    }
  }

  private void leastRights(PgServer server) throws SQLException {
    JdbcTarget admin = server.target();
    JdbcTarget watcher =
        new JdbcTarget(admin.host(), admin.port(), "postgres", "watcher", admin.password());
    try (Link link = new Link(0, watcher, table);
        Connection other = server.connect()) {
      Sessions sessions = new Sessions(link, table);
      assertThat(sessions.getMissing())
          .anyMatch(each -> each.contains("pg_monitor"))
          .anyMatch(each -> each.contains("pg_signal_backend"));
      int pid = pid(other);
      assertThatThrownBy(() -> sessions.terminate(pid, 0)).hasMessageContaining("42501");
      server.execute("GRANT pg_monitor, pg_signal_backend TO watcher");
      await(() -> sessions.getMissing().isEmpty());
      assertThat(sessions.sessions(SessionOrder.QUERY, true, 100)).isNotEmpty();
      assertThat(sessions.tables("", 10)).isNotEmpty();
    }
  }

  /// A look is shared for half a second, so that a new session may not be in the first.
  private static SessionInfo of(Sessions sessions, int pid) {
    SessionInfo[] found = new SessionInfo[1];
    await(() ->
        sessions.sessions(SessionOrder.CPU, true, 1000).stream()
            .filter(each -> each.pid() == pid)
            .peek(each -> found[0] = each)
            .findFirst()
            .isPresent());
    return found[0];
  }

  private static long number(PgServer server, String sql) {
    try {
      return server.number(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static int pid(Connection connection) throws SQLException {
    return connection.unwrap(org.postgresql.PGConnection.class).getBackendPID();
  }

  private static String ps(int pid, String column) throws IOException {
    Process ps = new ProcessBuilder("ps", "-o", column + "=", "-p", Integer.toString(pid)).start();
    return new String(ps.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
        .strip();
  }

  /// For statements that are meant to fail.
  private static void quietly(Statement statement, String sql) {
    try {
      statement.execute(sql);
    } catch (SQLException e) {
      assertThat(e.getSQLState()).isIn("57014", "42601", "57P01", "08006");
    }
  }

  private static void await(BooleanSupplier condition) {
    Await.until(Duration.ofSeconds(30), condition);
  }
}
