package org.relevo.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.RealServer;

/// Rare moments in which servers could become different without anybody's knowing.
class FanoutSafetyIT {
  private static final String PREPARED = "SELECT count(*) FROM pg_prepared_xacts";
  private static final String WAITS =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

  @TempDir static Path folder;
  private static List<RealServer> servers;

  private Path own;
  private FanoutLab lab;
  private Connection client;

  @BeforeAll
  static void startServers() throws Exception {
    servers = FanoutLab.servers(folder, 2);
  }

  @AfterAll
  static void stopServers() throws Exception {
    for (RealServer server : servers) {
      server.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    for (RealServer server : servers) {
      if (!server.query(PREPARED).equals("0")) {
        server.sql("ROLLBACK PREPARED 'p'"); // left by a test that has failed
      }
      // Servers that a test has made different would be found so by the next service.
      server.sql(
          "DROP SCHEMA public CASCADE",
          "CREATE SCHEMA public",
          "DROP SCHEMA IF EXISTS relevo CASCADE");
    }
    own = Files.createTempDirectory(folder, "lab");
    lab = new FanoutLab(servers, own, FanoutLab.MIXED);
    client = lab.connect();
    FanoutLab.run(
        client,
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
        "CREATE TABLE numbered (id serial PRIMARY KEY, v text)",
        "CREATE SEQUENCE s");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    lab.close();
  }

  /// Commits of this server do not end until [#release].
  private static void hang(RealServer server) throws SQLException {
    server.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()");
    Await.until(
        "the setting", () -> server.query("SHOW synchronous_standby_names").equals("nobody"));
  }

  private static void release(RealServer server) throws SQLException {
    server.sql("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
  }

  private CompletableFuture<Void> later(String sql) {
    return CompletableFuture.runAsync(() -> {
      try {
        FanoutLab.run(client, sql);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  private void prepare(String sql) throws Exception {
    FanoutLab.run(client, "BEGIN", sql, "PREPARE TRANSACTION 'p'");
    assertThat(lab.onEach(PREPARED)).containsOnly("1");
  }

  @Test
  void sequencesInTheTextOfAWriteStayTogether() throws Exception {
    FanoutLab.run(
        client,
        "INSERT INTO t VALUES (nextval('s'), gen_random_uuid()::text)",
        "UPDATE t SET v = nextval('s')::text");
    assertThat(lab.onEach("SELECT last_value || ' ' || is_called FROM s")).containsOnly("2 true");
  }

  @Test
  void sequencesOfAPreparedTransactionStayTogether() throws Exception {
    prepare("INSERT INTO numbered (v) VALUES ('a')");
    assertThat(lab.onEach("SELECT last_value || ' ' || is_called FROM numbered_id_seq"))
        .containsOnly("1 true");
    FanoutLab.run(client, "COMMIT PREPARED 'p'");
    assertThat(lab.onEach("SELECT count(*) FROM numbered")).containsOnly("1");
  }

  @Test
  void commitPreparedWaitsWhileWritesAreHeld() throws Exception {
    prepare("INSERT INTO t VALUES (1, 'a')");
    assertThat(lab.replicas().holdWrites(Duration.ofSeconds(5))).isTrue();
    CompletableFuture<Void> commit = later("COMMIT PREPARED 'p'");
    Await.stays(Duration.ofMillis(500), () -> assertThat(lab.onEach(PREPARED)).containsOnly("1"));
    lab.replicas().releaseWrites();
    commit.join();
    assertThat(lab.onEach(PREPARED)).containsOnly("0");
    assertThat(lab.onEach("SELECT count(*) FROM t")).containsOnly("1");
  }

  @Test
  void aLostAnswerOfCommitPreparedReachesTheOthers() throws Exception {
    prepare("INSERT INTO t VALUES (1, 'a')");
    RealServer main = servers.getFirst();
    hang(main);
    try {
      CompletableFuture<Void> commit = later("COMMIT PREPARED 'p'");
      Await.until("the commit hangs", () -> main.query(WAITS).equals("1"));
      main.sql(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
      commit.join();
    } finally {
      release(main);
    }
    assertThat(lab.onEach(PREPARED)).containsOnly("0");
    assertThat(lab.onEach("SELECT count(*) FROM t")).containsOnly("1");
  }

  @Test
  void anOrderlyStopLetsACommitEnd() throws Exception {
    FanoutLab.run(client, "BEGIN", "INSERT INTO t VALUES (1, 'a')");
    RealServer other = servers.getLast();
    hang(other);
    CompletableFuture<Void> commit = later("COMMIT");
    CompletableFuture<Void> close;
    try {
      Await.until("the commit hangs", () -> other.query(WAITS).equals("1"));
      close = CompletableFuture.runAsync(lab.clients()::close);
      Await.stays(Duration.ofMillis(500), () -> assertThat(close).isNotDone());
    } finally {
      release(other);
    }
    close.join();
    commit.handle((_, _) -> true).join();
    assertThat(lab.onEach("SELECT count(*) FROM t")).containsOnly("1");
    assertThat(lab.replicas().detached()).isEmpty();
  }

  @Test
  void nothingIsAcknowledgedWhileADetachedServerIsNotWrittenDown() throws Exception {
    Files.delete(own);
    servers.getLast().stop(PgCtl.StopMode.IMMEDIATE);
    try {
      assertThatThrownBy(() -> FanoutLab.run(client, "INSERT INTO t VALUES (1, 'a')"))
          .isInstanceOf(SQLException.class);
      assertThat(lab.replicas().detached()).hasSize(1);
      try (Connection second = lab.connect()) {
        assertThatThrownBy(() -> FanoutLab.run(second, "INSERT INTO t VALUES (2, 'a')"))
            .hasMessageContaining("cannot be written down");
        Files.createDirectory(own);
        FanoutLab.run(second, "INSERT INTO t VALUES (3, 'a')");
      }
      try (var files = Files.list(own)) {
        assertThat(files.map(Path::getFileName).map(Path::toString))
            .anyMatch(name -> name.startsWith("detached-"));
      }
    } finally {
      servers.getLast().start();
    }
  }

  @Test
  void functionsThatAreNotFoundMayDoAnything() throws Exception {
    FanoutLab.run(
        client,
        "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql VOLATILE AS"
            + " 'INSERT INTO t VALUES (1, ''a''); SELECT 1'");
    assertThatThrownBy(() -> FanoutLab.run(client, "SELECT pg_temp.f()"))
        .hasMessageContaining("may write");
    assertThat(lab.onEach("SELECT count(*) FROM t")).containsOnly("0");
  }

  @Test
  void serializableIsRefused() throws Exception {
    for (String sql :
        List.of(
            "BEGIN ISOLATION LEVEL SERIALIZABLE",
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SET default_transaction_isolation = 'serializable'",
            "SELECT set_config('default_transaction_isolation', 'serializable', false)")) {
      assertThatThrownBy(() -> FanoutLab.run(client, sql))
          .as(sql)
          .hasMessageContaining("SERIALIZABLE is not supported");
    }
    FanoutLab.run(client, "BEGIN ISOLATION LEVEL REPEATABLE READ");
    assertThatThrownBy(() -> FanoutLab.run(client, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
        .hasMessageContaining("SERIALIZABLE is not supported");
    FanoutLab.run(client, "ROLLBACK");
    assertThatThrownBy(
            () -> lab.connect(Map.of("options", "-c default_transaction_isolation=serializable")))
        .hasMessageContaining("SERIALIZABLE is not supported");
  }

  @Test
  void rowsAreNotCarriedInAFormThatLosesDigits() throws Exception {
    FanoutLab.run(client, "CREATE TABLE f (id int PRIMARY KEY, v float8)");
    String insert = "INSERT INTO f SELECT g, random() FROM generate_series(1, 100) g";
    for (String set : List.of("SET extra_float_digits = 0", "SET intervalstyle = 'sql_standard'")) {
      FanoutLab.run(client, set);
      assertThatThrownBy(() -> FanoutLab.run(client, insert))
          .as(set)
          .hasMessageContaining("does not tell every value");
      FanoutLab.run(client, "RESET ALL");
    }
    FanoutLab.run(client, insert);
    assertThat(lab.onEach(FanoutLab.sum("f")).stream().distinct()).hasSize(1);
  }
}
