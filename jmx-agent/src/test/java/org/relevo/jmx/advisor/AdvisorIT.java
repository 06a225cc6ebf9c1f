package org.relevo.jmx.advisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.Advice;
import org.relevo.jmx.contract.AdviceSeverity;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.postgres.Await;
import org.relevo.jmx.postgres.PgServer;
import org.relevo.jmx.processes.ProcessTable;
import org.relevo.jmx.sessions.Link;
import org.relevo.jmx.sessions.Sessions;

/// What is planted on a server is found, and a clean one gets no such advice.
class AdvisorIT {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "max_prepared_transactions", "5",
          "archive_mode", "on",
          "archive_command", "false",
          "autovacuum_naptime", "1d");

  @TempDir Path folder;
  private final ProcessTable table = new ProcessTable();

  @Test
  void version15() throws Exception {
    Path bin = Path.of("/usr/lib/postgresql/15/bin");
    assumeTrue(Files.isDirectory(bin), "PostgreSQL 15 is not installed");
    try (PgServer server = PgServer.start(PgBinaries.in(bin), folder, "old", SETTINGS)) {
      finds(server);
    }
  }

  @Test
  void version18() throws Exception {
    try (PgServer server = PgServer.start(folder, "new", SETTINGS)) {
      finds(server);
    }
  }

  private void finds(PgServer server) throws SQLException {
    try (Link link = new Link(0, server.target(), table);
        Connection idle = server.connect();
        Statement statement = idle.createStatement()) {
      Sessions sessions = new Sessions(link, table);
      Advisor advisor =
          new Advisor(List.of(new Advisor.Node(link, sessions)), table, () -> 8L << 30);
      assertThat(advisor.advice(true).stream().map(Advice::rule).distinct())
          .containsOnly("configuration");
      assertThat(advisor.getMissing()).isEmpty();
      assertThat(advisor.advice(false))
          .anyMatch(
              each -> each.subject().equals("fsync") && each.severity() == AdviceSeverity.CRITICAL);

      server.execute(
          "CREATE TABLE things(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)",
          "INSERT INTO things(name) SELECT 'x' || g FROM generate_series(1, 20000) g",
          "CREATE INDEX by_name ON things(name)",
          "CREATE INDEX by_name_again ON things(name)",
          "ANALYZE things",
          "UPDATE things SET name = name || 'y'",
          "SELECT setval('things_id_seq', 2100000000)",
          "SELECT pg_create_physical_replication_slot('nobody', true)",
          "SELECT pg_switch_wal()");
      idle.setAutoCommit(false);
      statement.execute("SELECT 1");
      await(
          advisor,
          each ->
              each.rule().equals("autovacuum_behind")
                  && each.subject().equals("public.things")
                  && each.fix().startsWith("VACUUM (ANALYZE) \"public\".\"things\""));
      await(
          advisor,
          each ->
              each.rule().equals("duplicate_index")
                  && each.subject().equals("public.by_name_again")
                  && each.evidence().contains("by_name"));
      await(
          advisor,
          each ->
              each.rule().equals("sequence_end") && each.subject().equals("public.things_id_seq"));
      await(advisor, each -> each.rule().equals("archiver_fails"));
      // Done as told, the advice is gone.
      server.execute("DROP INDEX CONCURRENTLY by_name_again", "VACUUM (ANALYZE) things");
      Await.until(
          Duration.ofSeconds(30),
          () ->
              advisor.advice(true).stream()
                  .noneMatch(each ->
                      List.of("duplicate_index", "autovacuum_behind").contains(each.rule())));
    }
  }

  private static void await(Advisor advisor, Predicate<Advice> wanted) {
    Await.until(Duration.ofSeconds(30), () -> advisor.advice(true).stream().anyMatch(wanted));
  }
}
