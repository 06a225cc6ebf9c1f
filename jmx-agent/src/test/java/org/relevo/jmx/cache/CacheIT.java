package org.relevo.jmx.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.CacheStatus;
import org.relevo.jmx.contract.RelationCache;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.postgres.JdbcTarget;
import org.relevo.jmx.postgres.PgServer;
import org.relevo.jmx.processes.ProcessTable;
import org.relevo.jmx.sessions.Link;

/// Caches against `pg_buffercache` by SQL and against util-linux's `fincore`.
class CacheIT {
  private static final Map<String, String> SMALL =
      Map.of("shared_buffers", "16MB", "autovacuum", "off");

  @TempDir Path folder;
  private final ProcessTable table = new ProcessTable();

  @Test
  void version15() throws Exception {
    Path bin = Path.of("/usr/lib/postgresql/15/bin");
    assumeTrue(Files.isDirectory(bin), "PostgreSQL 15 is not installed");
    assumeTrue(
        Files.exists(Path.of("/usr/share/postgresql/15/extension/pg_buffercache.control")),
        "pg_buffercache is not installed");
    try (PgServer server = PgServer.start(PgBinaries.in(bin), folder, "old", SMALL)) {
      server.execute(
          "CREATE TABLE big AS SELECT g, repeat('x', 400) FROM generate_series(1, 20000) g",
          "CHECKPOINT");
      withoutExtension(server);
      agrees(server);
    }
  }

  @Test
  void version18() throws Exception {
    try (PgServer server = PgServer.start(folder, "new", SMALL)) {
      server.execute(
          "CREATE TABLE big AS SELECT g, repeat('x', 400) FROM generate_series(1, 20000) g",
          "CHECKPOINT");
      withoutExtension(server);
      agrees(server);
    }
  }

  private void withoutExtension(PgServer server) throws SQLException, IOException {
    try (Link link = new Link(0, server.target(), table)) {
      Cache cache = new Cache(link, table);
      CacheStatus status = cache.status("");
      assertThat(status.extension()).isFalse();
      assertThat(status.sharedBuffersBytes()).isEqualTo(16L << 20);
      assertThat(status.usedBytes()).isEqualTo(-1);
      assertThat(status.missing()).singleElement().asString().contains("pg_buffercache");
      assertThat(status.databaseBytes())
          .isEqualTo(server.number("SELECT pg_database_size('postgres')"));
      RelationCache big = big(cache);
      assertThat(big.bufferBytes()).isEqualTo(-1);
      assertThat(big.pageCacheBytes()).isEqualTo(fincore(server));
      assertThat(big.pageCacheBytes()).isPositive();
    }
  }

  private void agrees(PgServer server) throws SQLException, IOException {
    try (Link link = new Link(0, server.target(), table)) {
      Cache cache = new Cache(link, table);
      cache.install("");
      server.number("SELECT count(*) FROM big WHERE g < 5000");
      CacheStatus status = cache.status("postgres");
      assertThat(status.extension()).isTrue();
      assertThat(status.missing()).isEmpty();
      RelationCache big = big(cache);
      assertThat(big.bufferBytes())
          .isEqualTo(
              8192
                  * server.number(
                      "SELECT count(*) FROM pg_buffercache"
                          + " WHERE relfilenode = pg_relation_filenode('big')"));
      assertThat(big.bufferBytes()).isPositive();
      assertThat(big.sizeBytes())
          .isEqualTo(
              server.number(
                  "SELECT pg_relation_size('big') + pg_relation_size('big', 'fsm')"
                      + " + pg_relation_size('big', 'vm')"));
      assertThat(status.usedBytes()).isBetween(big.bufferBytes(), status.sharedBuffersBytes());
      server.execute("CREATE ROLE blind LOGIN PASSWORD '" + PgServer.PASSWORD + "'");
    }
    leastRights(server);
  }

  private void leastRights(PgServer server) throws SQLException {
    JdbcTarget admin = server.target();
    JdbcTarget blind =
        new JdbcTarget(admin.host(), admin.port(), "postgres", "blind", admin.password());
    try (Link link = new Link(0, blind, table)) {
      Cache cache = new Cache(link, table);
      assertThat(cache.status("").missing())
          .hasSize(2)
          .allMatch(each -> each.contains("GRANT pg_monitor TO blind"));
      assertThatThrownBy(() -> new Cache(link, table).relations("", 0))
          .isInstanceOf(IllegalArgumentException.class);
      server.execute("GRANT pg_monitor TO blind");
      assertThat(new Cache(link, table).status("").missing()).isEmpty();
      server.execute("DROP EXTENSION pg_buffercache");
      assertThatThrownBy(() -> cache.install("")).hasMessageContaining("42501");
    }
  }

  private static RelationCache big(Cache cache) {
    return cache.relations("", 5000).stream()
        .filter(each -> each.name().equals("big"))
        .findFirst()
        .orElseThrow();
  }

  /// What util-linux says of all files of the table.
  private static long fincore(PgServer server) throws SQLException, IOException {
    String path =
        server.text(
            "SELECT current_setting('data_directory') || '/'" + " || pg_relation_filepath('big')");
    Process fincore =
        new ProcessBuilder("bash", "-c", "fincore -bnro RES " + path + " " + path + "_*").start();
    String out =
        new String(fincore.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return out.lines().mapToLong(line -> Long.parseLong(line.strip())).sum();
  }
}
