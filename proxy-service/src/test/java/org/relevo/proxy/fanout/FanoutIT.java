package org.relevo.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.relevo.proxy.testkit.RealServer;

/// Writes go to both servers, in both protocols, and what pgpool-II lets differ does not.
class FanoutIT {
  @TempDir static Path folder;
  private static List<RealServer> servers;

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
      server.sql("DROP SCHEMA public CASCADE", "CREATE SCHEMA public");
    }
    lab = new FanoutLab(servers, folder, FanoutLab.MIXED);
    client = lab.connect();
    FanoutLab.run(
        client,
        "CREATE TABLE t (id int PRIMARY KEY, v text, n numeric, at timestamptz DEFAULT now())",
        "CREATE TABLE numbered (id serial PRIMARY KEY, v text)",
        "CREATE TABLE identified (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text)",
        "CREATE TABLE keyless (v text, at timestamptz DEFAULT clock_timestamp())");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    lab.close();
  }

  private void equal(String... tables) throws Exception {
    for (String table : tables) {
      assertThat(new HashSet<>(lab.onEach(FanoutLab.sum(table))))
          .as(table + " " + lab.onEach(FanoutLab.sum(table)) + " " + lab.events())
          .hasSize(1);
    }
  }

  private void count(String table, int rows) throws Exception {
    assertThat(lab.onEach("SELECT count(*) FROM " + table)).containsOnly(String.valueOf(rows));
    equal(table);
  }

  @Test
  void writesReachBothServers() throws Exception {
    FanoutLab.run(client, "INSERT INTO t (id, v, at) VALUES (1, 'a', '2026-01-01')");
    FanoutLab.run(client, "UPDATE t SET v = v || 'b' WHERE id = 1");
    FanoutLab.run(client, "INSERT INTO t (id, v, at) VALUES (2, 'x', '2026-01-01')");
    FanoutLab.run(client, "DELETE FROM t WHERE id = 2");
    count("t", 1);
    assertThat(FanoutLab.one(client, "SELECT v FROM t WHERE id = 1")).isEqualTo("ab");
  }

  @Test
  void aTransactionEndsAsOneOnBoth() throws Exception {
    client.setAutoCommit(false);
    FanoutLab.run(client, "INSERT INTO t VALUES (1, 'a', 1, '2026-01-01')");
    FanoutLab.run(client, "SAVEPOINT s", "INSERT INTO t VALUES (2, 'b', 1, '2026-01-01')");
    FanoutLab.run(client, "ROLLBACK TO s", "INSERT INTO t VALUES (3, 'c', 1, '2026-01-01')");
    assertThat(FanoutLab.one(client, "SELECT count(*) FROM t")).isEqualTo("2");
    client.commit();
    FanoutLab.run(client, "INSERT INTO t VALUES (4, 'd', 1, '2026-01-01')");
    client.rollback();
    count("t", 2);
  }

  @Test
  void anErrorTakesTheTransactionBackOnBoth() throws Exception {
    client.setAutoCommit(false);
    FanoutLab.run(client, "INSERT INTO t VALUES (1, 'a', 1, '2026-01-01')");
    assertThatThrownBy(
            () -> FanoutLab.run(client, "INSERT INTO t VALUES (1, 'a', 1, '2026-01-01')"))
        .hasMessageContaining("duplicate key");
    assertThatThrownBy(() -> FanoutLab.run(client, "SELECT 1"))
        .hasMessageContaining("current transaction is aborted");
    client.rollback();
    count("t", 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "extended"})
  void whatDiffersEachTimeIsCarriedAsRows(String mode) throws Exception {
    try (Connection one = lab.connect(Map.of("preferQueryMode", mode))) {
      FanoutLab.run(
          one,
          "INSERT INTO t (id, v, n) VALUES (1, gen_random_uuid()::text, random())",
          "INSERT INTO t (id, v) VALUES (2, clock_timestamp()::text), (3, 'x')",
          "INSERT INTO t (id, n) SELECT g, random() FROM generate_series(10, 20) g",
          "UPDATE t SET n = random() WHERE n IS NULL",
          "UPDATE t SET v = 'old' WHERE n > 0.5",
          "DELETE FROM t WHERE n < 0.1",
          "INSERT INTO keyless (v) VALUES (random()::text), (now()::text)",
          "INSERT INTO keyless (v) SELECT random()::text FROM generate_series(1, 5)");
      equal("t", "keyless");
      assertThat(lab.onEach("SELECT count(*) FROM keyless")).containsOnly("7");
    }
  }

  @Test
  void returningAnswersOnlyWhatWasAsked() throws Exception {
    try (PreparedStatement insert =
        client.prepareStatement(
            "INSERT INTO numbered (v) VALUES (?), (random()::text) RETURNING id")) {
      for (int i = 0; i < 10; i++) {
        insert.setString(1, "row" + i);
        try (ResultSet rows = insert.executeQuery()) {
          assertThat(rows.getMetaData().getColumnCount()).isEqualTo(1);
          assertThat(rows.next()).isTrue();
          assertThat(rows.getInt(1)).isEqualTo(2 * i + 1);
        }
      }
    }
    FanoutLab.run(client, "INSERT INTO identified (v) VALUES ('a'), ('b') RETURNING *");
    count("numbered", 20);
    count("identified", 2);
    assertThat(lab.onEach("SELECT last_value FROM numbered_id_seq")).containsOnly("20");
    assertThat(lab.onEach("SELECT last_value FROM identified_id_seq")).containsOnly("2");
  }

  @Test
  void sequencesStayTogether() throws Exception {
    FanoutLab.run(client, "CREATE SEQUENCE s");
    assertThat(FanoutLab.one(client, "SELECT nextval('s')")).isEqualTo("1");
    assertThat(FanoutLab.one(client, "SELECT nextval('s')")).isEqualTo("2");
    assertThat(FanoutLab.one(client, "SELECT setval('s', 40)")).isEqualTo("40");
    assertThat(lab.onEach("SELECT last_value FROM s")).containsOnly("40");
    FanoutLab.run(client, "INSERT INTO numbered VALUES (1, 'given')");
    assertThatThrownBy(() -> FanoutLab.run(client, "INSERT INTO numbered (v) VALUES ('clash')"))
        .hasMessageContaining("duplicate key");
    assertThat(lab.onEach("SELECT last_value FROM numbered_id_seq")).containsOnly("1");
    FanoutLab.run(client, "INSERT INTO numbered (v) VALUES ('next')");
    count("numbered", 2);
    assertThat(lab.onEach("SELECT last_value FROM numbered_id_seq")).containsOnly("2");
  }

  @Test
  void mergeIsOneTransactionOnBoth() throws Exception {
    FanoutLab.run(
        client,
        "CREATE TABLE plain (id int PRIMARY KEY, v int)",
        "INSERT INTO plain VALUES (1, 1), (2, 2)",
        "MERGE INTO plain p USING (VALUES (2, 20), (3, 30)) s (id, v) ON p.id = s.id"
            + " WHEN MATCHED THEN UPDATE SET v = s.v"
            + " WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v)");
    count("plain", 3);
    assertThatThrownBy(() ->
            FanoutLab.run(
                client,
                "MERGE INTO t USING (VALUES (9)) s (id) ON t.id = s.id"
                    + " WHEN NOT MATCHED THEN INSERT (id, n) VALUES (s.id, random())"))
        .hasMessageContaining("may differ");
    count("t", 0);
  }

  @Test
  void copyGoesToBothAsOneStream() throws Exception {
    long rows =
        client
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "COPY t (id, v, n, at) FROM STDIN",
                new StringReader("1\ta\t1\t2026-01-01\n2\tb\t2\t2026-01-01\n"));
    assertThat(rows).isEqualTo(2);
    count("t", 2);
    assertThatThrownBy(() ->
            client
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY t (id) FROM STDIN", new StringReader("3\n")))
        .hasMessageContaining("may differ");
    count("t", 2);
  }

  @Test
  void volatileFunctionsOfUsersAndTriggersAreRefused() throws Exception {
    FanoutLab.run(
        client,
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql VOLATILE AS"
            + " 'INSERT INTO keyless (v) VALUES (random()::text); SELECT 1'",
        "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN NEW.v = random()::text; RETURN NEW; END'",
        "CREATE TABLE fired (id int PRIMARY KEY, v text)",
        "CREATE TRIGGER tr BEFORE INSERT ON fired FOR EACH ROW EXECUTE FUNCTION g()");
    for (String sql :
        List.of(
            "SELECT f()",
            "INSERT INTO fired (id) VALUES (1)",
            "DO $$BEGIN PERFORM f(); END$$",
            "WITH x AS (INSERT INTO keyless (v) VALUES ('a') RETURNING v) SELECT * FROM x")) {
      assertThatThrownBy(() -> FanoutLab.run(client, sql))
          .as(sql)
          .hasMessageContaining("may differ between the nodes");
    }
    count("fired", 0);
    count("keyless", 0);
  }

  @Test
  void preparedStatementsSettingsAndTemporaryTables() throws Exception {
    FanoutLab.run(
        client,
        "SET search_path = public, pg_catalog",
        "CREATE TEMP TABLE mine (id int)",
        "INSERT INTO mine SELECT generate_series(1, 5)",
        "INSERT INTO t (id, v, at) SELECT id, 'm', '2026-01-01' FROM mine",
        "PREPARE p (int) AS UPDATE t SET v = 'p' WHERE id = $1",
        "EXECUTE p(3)");
    try (PreparedStatement update = client.prepareStatement("UPDATE t SET n = ? WHERE id = ?")) {
      for (int i = 1; i <= 12; i++) {
        update.setInt(1, i);
        update.setInt(2, 1 + i % 5);
        assertThat(update.executeUpdate()).isEqualTo(1);
      }
    }
    count("t", 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"random()::text", "'d'"})
  void rowsAreCountedAndGivenOutAsAskedFor(String value) throws Exception {
    String some = "INSERT INTO t (id, v) SELECT g, %s FROM generate_series(%d, %d) g";
    try (Statement statement = client.createStatement()) {
      assertThat(statement.executeUpdate(some.formatted(value, 1, 1))).isEqualTo(1);
      assertThat(statement.executeUpdate(some.formatted(value, 2, 4))).isEqualTo(3);
      client.setAutoCommit(false);
      statement.setFetchSize(2);
      for (int last = 14; last <= 15; last++) {
        int first = last == 14 ? 5 : 15;
        List<Integer> given = new ArrayList<>();
        try (ResultSet rows =
            statement.executeQuery(some.formatted(value, first, last) + " RETURNING id")) {
          while (rows.next()) {
            given.add(rows.getInt(1));
          }
        }
        assertThat(given).isEqualTo(IntStream.rangeClosed(first, last).boxed().toList());
      }
      client.commit();
      client.setAutoCommit(true);
      statement.setMaxRows(3);
      try (ResultSet rows = statement.executeQuery("UPDATE t SET n = 1 RETURNING id")) {
        int count = 0;
        while (rows.next()) {
          count++;
        }
        assertThat(count).isEqualTo(3);
      }
    }
    count("t", 15);
    assertThat(lab.onEach("SELECT count(*) FROM t WHERE n = 1")).containsOnly("15");
  }

  @Test
  void theRowsOfSeveralStatementsInOneString() throws Exception {
    try (Connection one = lab.connect(Map.of("preferQueryMode", "simple"))) {
      FanoutLab.run(
          one,
          "INSERT INTO t (id, v) VALUES (1, 'a'); UPDATE t SET v = 'b' WHERE id = 1;"
              + " INSERT INTO keyless (v) VALUES ('x')");
      assertThatThrownBy(() ->
              FanoutLab.run(one, "INSERT INTO t (id) VALUES (2); INSERT INTO t (id) VALUES (1)"))
          .hasMessageContaining("duplicate key");
    }
    count("t", 1);
    count("keyless", 1);
  }

  @Test
  void whatNoTransactionAllowsRunsOnBoth() throws Exception {
    FanoutLab.run(client, "VACUUM t", "CREATE DATABASE more", "DROP DATABASE more");
    FanoutLab.run(client, "CREATE INDEX CONCURRENTLY i ON t (v)");
    assertThat(lab.onEach("SELECT count(*) FROM pg_class WHERE relname = 'i'")).containsOnly("1");
  }

  @Test
  void aServerThatDiffersStopsTheTransaction() throws Exception {
    FanoutLab.run(client, "INSERT INTO t VALUES (1, 'a', 1, '2026-01-01')");
    servers.getLast().sql("DELETE FROM t");
    assertThatThrownBy(() -> FanoutLab.run(client, "UPDATE t SET v = 'z' WHERE id = 1"))
        .hasMessageContaining("the nodes have answered differently");
    assertThat(servers.getFirst().query("SELECT v FROM t")).isEqualTo("a");
    assertThat(lab.events()).anyMatch(event -> event.startsWith("replication.mismatch"));
  }
}
