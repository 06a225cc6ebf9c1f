package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RealServer;

/// PostgreSQL's own programs through the proxy. They are not among the embedded ones, so these
/// tests need a system with `postgresql-client` (and `postgresql` for the dump).
@Timeout(180)
class ToolsIT {
  private static final Path BIN =
      Path.of(System.getProperty("relevo.test.tools.bindir", "/usr/lib/postgresql/15/bin"));

  /// What a client program said.
  private record Said(int exitCode, String out, String err) {}

  @TempDir static Path folder;
  private static RealServer server;
  private ProxyServer proxy;

  @BeforeAll
  static void startServer() throws Exception {
    server = RealServer.start(folder.resolve("pg"));
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @BeforeEach
  void startProxy() throws IOException {
    proxy = proxyFor(server);
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
  }

  @Test
  void psqlRunsScriptsAndShowsErrors() throws Exception {
    Said said =
        run(
            proxy,
            "psql",
            "SELECT 1/0;\n\\copy (SELECT generate_series(1, 3)) TO STDOUT\nSELECT 'end';\n",
            "-XAt",
            "-d",
            "postgres");
    assertThat(said.out()).isEqualTo("1\n2\n3\nend\n");
    assertThat(said.err()).isEqualTo("ERROR:  division by zero\n");
    assertThat(said.exitCode()).isZero();
  }

  @Test
  void psqlIsToldAboutAWrongPassword() throws Exception {
    Said said = run(proxy, "psql", "", "-X", "-d", "postgres", "-U", "hashed", "-c", "SELECT 1");
    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err()).contains("password authentication failed for user \"hashed\"");
  }

  @Test
  void pgbenchFailsNoTransactionInAnyMode() throws Exception {
    Said made = run(proxy, "pgbench", "", "-i", "-q", "-s", "2", "postgres");
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(server.query("SELECT count(*) FROM pgbench_accounts")).isEqualTo("200000");
    for (String mode : List.of("simple", "extended", "prepared")) {
      Said said = run(proxy, "pgbench", "", "-n", "-M", mode, "-c", "8", "-T", "3", "postgres");
      assertThat(said.exitCode()).as(said.err()).isZero();
      assertThat(said.out()).contains("number of failed transactions: 0 (0.000%)");
      assertThat(said.err()).doesNotContain("error");
    }
    assertThat(server.query("SELECT sum(abalance) FROM pgbench_accounts"))
        .isEqualTo(server.query("SELECT sum(delta) FROM pgbench_history"));
  }

  @Test
  void whatPgDumpReadsPsqlRestores() throws Exception {
    assumeTrue(Files.isExecutable(BIN.resolve("initdb")), "no server programs in " + BIN);
    // pg_dump refuses a server that is newer than itself.
    try (RealServer older = RealServer.start(PgBinaries.in(BIN), folder.resolve("older"));
        ProxyServer through = proxyFor(older)) {
      older.sql("CREATE DATABASE source OWNER app", "CREATE DATABASE target OWNER app");
      String script =
          """
          CREATE TABLE t (id serial PRIMARY KEY, b bytea, txt text, j jsonb, d date);
          INSERT INTO t (b, txt, j, d)
            SELECT decode(md5(g::text), 'hex'), E'tab\\t"quote" ünï\\n' || g,
                   jsonb_build_object('n', g), date '2000-01-01' + g
              FROM generate_series(1, 20000) g;
          CREATE VIEW v AS SELECT count(*) FROM t;
          CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 1';
          SELECT lo_from_bytea(0, repeat('large', 10000)::bytea);
          """;
      Said filled = run(through, "psql", script, "-Xq", "-v", "ON_ERROR_STOP=1", "source");
      assertThat(filled.exitCode()).as(filled.err()).isZero();

      Said dumped = run(through, "pg_dump", "", "--blobs", "source");
      assertThat(dumped.exitCode()).as(dumped.err()).isZero();
      Said restored = run(through, "psql", dumped.out(), "-Xq", "-v", "ON_ERROR_STOP=1", "target");
      assertThat(restored.exitCode()).as(restored.err()).isZero();

      String again = comparable(run(through, "pg_dump", "", "--blobs", "target").out());
      assertThat(again).hasSizeGreaterThan(1_000_000).isEqualTo(comparable(dumped.out()));
    }
  }

  /// Without the lines that carry a random key.
  private static String comparable(String dump) {
    return dump.lines()
        .filter(line -> !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict"))
        .collect(Collectors.joining("\n"));
  }

  private static ProxyServer proxyFor(RealServer target) throws IOException {
    return Proxies.start(new FixedViews(target.port()), target.port());
  }

  private static Said run(ProxyServer through, String program, String input, String... arguments)
      throws Exception {
    assumeTrue(Files.isExecutable(BIN.resolve(program)), program + " is not in " + BIN);
    List<String> command = new ArrayList<>(List.of(BIN.resolve(program).toString()));
    command.addAll(Arrays.asList(arguments));
    Path in = Files.createTempFile(folder, "in", "");
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    Files.writeString(in, input);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", String.valueOf(through.address().getPort()),
                "PGUSER", "app",
                "PGPASSWORD", "app",
                "PGCLIENTENCODING", "UTF8",
                "LC_ALL", "C"));
    Process process = builder.start();
    if (!process.waitFor(90, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(program + " did not end");
    }
    return new Said(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
