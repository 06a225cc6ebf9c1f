package org.relevo.proxy.sql.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.SessionSyntax.Bytes;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.testkit.RealServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the classifier calls a read runs in a READ ONLY transaction of a real server, unless a
/// function does more, which its syntax does not tell.
class ReadsAreReadsIT {
  private static final Logger LOG = LoggerFactory.getLogger(ReadsAreReadsIT.class);
  private static final String READ_ONLY_SQL_TRANSACTION = "25006";
  private static final SessionSyntax SYNTAX = new SessionSyntax(18, true, Bytes.UTF8);

  /// Statements that would end the transaction or make it another one, and those that an order
  /// given in a transaction may not have.
  private static final Set<StatementKind> NOT_INSIDE =
      EnumSet.of(
          StatementKind.BEGIN,
          StatementKind.COMMIT,
          StatementKind.ROLLBACK,
          StatementKind.SET,
          StatementKind.SET_TRANSACTION,
          StatementKind.RESET,
          StatementKind.DISCARD,
          StatementKind.EMPTY);

  /// Definitions that reach beyond the database, or that would hold up what comes later.
  private static final Pattern NOT_MADE =
      Pattern.compile(
          "(?is).*\\b(database|tablespace|subscription|publication|event\\s+trigger|system|role"
              + "|user|group|owned|password|ddl_command|security\\s+label|transform|cast"
              + "|operator)\\b.*");

  @TempDir private static Path folder;
  private static RealServer server;
  private final StatementClassifier classifier = new StatementClassifier();

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = RealServer.start(folder.resolve("server"));
    server.sql(
        "CREATE TABLE a (id int PRIMARY KEY, b text, c int DEFAULT 1)",
        "CREATE TABLE d (id serial PRIMARY KEY, a int)",
        "INSERT INTO a SELECT n, 'x', n FROM generate_series(1, 10) n",
        "CREATE VIEW v AS SELECT id, b FROM a");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:"
            + server.port()
            + "/postgres?preferQueryMode=simple&socketTimeout=60",
        "postgres",
        RealServer.PASSWORD);
  }

  private StatementClass classify(String sql) {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    return classifier.classify(bytes, bytes.length, SYNTAX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM a JOIN v USING (id) WHERE a.c IN (SELECT id FROM d)",
        "TABLE a",
        "VALUES (1), (2)",
        "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x WHERE n < 5) TABLE x",
        "SELECT * FROM a FOR READ ONLY",
        "EXPLAIN DELETE FROM a",
        "EXPLAIN (ANALYZE false) INSERT INTO a VALUES (100)",
        "EXPLAIN CREATE TABLE x AS SELECT * FROM a",
        "EXPLAIN SELECT * FROM a FOR UPDATE",
        "EXPLAIN ANALYZE SELECT * FROM a",
        "PREPARE p AS SELECT * FROM a",
        "DECLARE c SCROLL CURSOR FOR SELECT * FROM a",
        "LOCK a IN ROW SHARE MODE",
        "SHOW work_mem",
        "SAVEPOINT s",
        "SET CONSTRAINTS ALL DEFERRED",
        "UNLISTEN *",
        "DEALLOCATE ALL",
        "CLOSE ALL"
      })
  void aReadRuns(String sql) throws SQLException {
    assertTrue(classify(sql).first().readOnly());
    runReadOnly(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO a VALUES (100)",
        "WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x",
        "SELECT * FROM (SELECT * FROM a FOR UPDATE) x",
        "SELECT * INTO x FROM a",
        "EXPLAIN ANALYZE DELETE FROM a",
        "CREATE TABLE x AS SELECT * FROM a",
        "PREPARE q AS UPDATE a SET c = 1; EXECUTE q",
        "COPY (DELETE FROM a RETURNING *) TO STDOUT",
        "MERGE INTO a USING d ON a.id = d.id WHEN MATCHED THEN DELETE",
        "TRUNCATE a"
      })
  void aWriteIsRefused(String sql) {
    assertTrue(classify(sql).statements().stream().anyMatch(s -> !s.readOnly()));
    SQLException refused = assertThrows(SQLException.class, () -> runReadOnly(sql));
    assertEquals(READ_ONLY_SQL_TRANSACTION, refused.getSQLState());
  }

  private static void runReadOnly(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("BEGIN READ ONLY");
      statement.execute(sql);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "relevo.test.corpus", matches = ".+")
  void regressionStatementsThatReadRun() throws IOException, SQLException {
    List<String> texts = Corpus.valid(18);
    int made = define(texts);
    Set<String> writing = writingNames();
    List<String> wrong = new ArrayList<>();
    int succeeded = 0;
    int failed = 0;
    int skipped = 0;
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : texts) {
        StatementClass found = classify(sql);
        SqlStatement first = found.first();
        if (!found.single() || !first.readOnly() || NOT_INSIDE.contains(first.kind())) {
          continue;
        }
        if (callsWriting(first, writing)) {
          skipped++;
          continue;
        }
        statement.execute("ROLLBACK; BEGIN READ ONLY; SET LOCAL statement_timeout = '2s'");
        try {
          statement.execute(sql);
          succeeded++;
        } catch (SQLException e) {
          failed++;
          if (READ_ONLY_SQL_TRANSACTION.equals(e.getSQLState())) {
            wrong.add(sql + "\n  " + e.getMessage());
          }
        }
      }
    }
    LOG.info(
        "{} definitions made; of the reads {} ran, {} failed for other reasons, {} call what may "
            + "write",
        made,
        succeeded,
        failed,
        skipped);
    assertEquals(List.of(), wrong);
    assertTrue(succeeded > 5000, succeeded + " ran");
  }

  /// Makes what the statements need, as far as it can be made.
  private int define(List<String> texts) throws SQLException {
    int made = 0;
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET statement_timeout = '2s'; SET lock_timeout = '1s'");
      for (String sql : texts) {
        StatementClass found = classify(sql);
        boolean creates =
            found.single()
                && found.first().kind() == StatementKind.DDL
                && !found.first().details().temporary()
                && sql.regionMatches(true, found.first().from(), "create", 0, 6)
                && !NOT_MADE.matcher(sql).matches();
        if (creates) {
          try {
            statement.execute(sql);
            made++;
          } catch (SQLException e) {
            LOG.debug("not made: {}", sql, e);
          }
        }
      }
    }
    return made;
  }

  /// Functions of which at least one of that name is volatile.
  private static Set<String> writingNames() throws SQLException {
    Set<String> names = new HashSet<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT proname FROM pg_proc WHERE provolatile = 'v'")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static boolean callsWriting(SqlStatement statement, Set<String> writing) {
    for (FunctionCall call : statement.functions()) {
      if (writing.contains(call.name().name())) {
        return true;
      }
    }
    return statement.details().attributes().stream().anyMatch(writing::contains);
  }
}
