package org.relevo.proxy.situations;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.PGStatement;
import org.postgresql.copy.CopyManager;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;
import org.relevo.proxy.testkit.Background;

/// What pgJDBC does, in the ways that programs set it up.
final class JdbcSituations {
  private static final String BLOCKS =
      "refused - transaction blocks need a server connection for longer than a statement";

  private final List<Situation> rows = new ArrayList<>();

  static List<Situation> all() {
    JdbcSituations table = new JdbcSituations();
    table.statements();
    table.transactions();
    table.bulk();
    table.sessions();
    return table.rows;
  }

  private void same(String name, JdbcRun.Script script) {
    row(name, Map.of(), script);
  }

  /// A situation with transaction blocks.
  private void blocks(String name, JdbcRun.Script script) {
    row(name, Map.of(Route.STATEMENT, BLOCKS), script);
  }

  private void row(String name, Map<Route, String> expected, JdbcRun.Script script) {
    Map<Route, Expectation> parsed = new EnumMap<>(Route.class);
    expected.forEach((route, text) -> parsed.put(route, SituationFile.expectation(text)));
    rows.add(new Situation(name, JdbcRun.program(script), 0, 0, false, List.of(), parsed));
  }

  private void statements() {
    for (String threshold : List.of("1", "5", "-1", "0")) {
      same(
          "prepareThreshold " + threshold,
          run -> {
            Connection a = run.open("prepareThreshold", threshold);
            try (PreparedStatement statement = a.prepareStatement("SELECT ?::int + 1, ?::text")) {
              for (int i = 0; i < 8; i++) {
                run.prepared(statement, i, "x" + i);
                run.run(a, "SELECT " + i);
              }
              run.say(statement.unwrap(PGStatement.class).isUseServerPrepare());
            }
          });
    }
    for (String mode : List.of("simple", "extended", "extendedForPrepared")) {
      same(
          "preferQueryMode " + mode,
          run -> {
            Connection a = run.open("preferQueryMode", mode);
            run.run(a, "CREATE TABLE t (a int, b text)");
            run.prepared(a, "INSERT INTO t VALUES (?, ?), (?, ?)", 1, "it's", 2, null);
            run.run(a, "SELECT * FROM t ORDER BY a; SELECT count(*) FROM t");
            run.tried(() -> run.run(a, "SELECT 1/0"));
            run.prepared(a, "SELECT a FROM t WHERE b = ?", "it's");
          });
    }
    for (String binary : List.of("true", "false")) {
      same(
          "binaryTransfer " + binary,
          run -> {
            Connection a = run.open("binaryTransfer", binary, "prepareThreshold", "1");
            for (int i = 0; i < 3; i++) {
              run.prepared(
                  a,
                  "SELECT ?::int, 1.5::float8, ?::numeric, date '2020-02-01', length('\\x0102'::bytea),"
                      + " ARRAY[1,2], timestamptz '2020-07-01 12:00+00' AT TIME ZONE 'UTC'",
                  i,
                  new java.math.BigDecimal("1.25"));
            }
          });
    }
    same(
        "table changed under a prepared statement",
        run -> {
          Connection a = run.open("prepareThreshold", "1");
          run.run(a, "CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
          run.prepared(a, "SELECT * FROM t");
          run.prepared(a, "SELECT * FROM t");
          run.run(a, "ALTER TABLE t ADD b text");
          run.tried(() -> run.prepared(a, "SELECT * FROM t"));
          run.tried(() -> run.prepared(a, "SELECT * FROM t"));
        });
    same(
        "more statements than the driver caches",
        run -> {
          Connection a = run.open("prepareThreshold", "1", "preparedStatementCacheQueries", "4");
          for (int i = 0; i < 30; i++) {
            run.prepared(a, "SELECT ? + " + i % 7, i);
          }
        });
    same(
        "DEALLOCATE ALL and DISCARD ALL under the driver",
        run -> {
          Connection a = run.open("prepareThreshold", "1");
          for (String sql : List.of("DEALLOCATE ALL", "DISCARD ALL")) {
            run.prepared(a, "SELECT ?::int", 1);
            run.run(a, sql);
            run.prepared(a, "SELECT ?::int", 2);
          }
        });
    same(
        "generated keys and meta data",
        run -> {
          Connection a = run.open();
          run.run(a, "CREATE TABLE t (id serial PRIMARY KEY, b text)");
          try (PreparedStatement insert =
              a.prepareStatement("INSERT INTO t (b) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
            insert.setString(1, "x");
            run.say(insert.executeUpdate());
            run.rows(insert.getGeneratedKeys());
          }
          try (ResultSet columns = a.getMetaData().getColumns(null, "public", "t", null)) {
            while (columns.next()) {
              run.say(columns.getString("COLUMN_NAME") + " " + columns.getString("TYPE_NAME"));
            }
          }
          run.say(a.getMetaData().getDatabaseProductVersion());
        });
    same(
        "error fields",
        run -> {
          Connection a = run.open();
          run.run(a, "CREATE TABLE t (a int PRIMARY KEY)");
          run.tried(() -> run.run(a, "INSERT INTO t VALUES (1), (1)"));
          run.tried(() -> run.run(a, "SELECT nosuch"));
          run.tried(() -> run.prepared(a, "SELECT ?::int", "x"));
          run.tried(() -> run.open("password", "wrong"));
          run.tried(() -> run.open("user", "hashed", "password", "wrong"));
        });
    same(
        "md5 and clear-text passwords",
        run -> {
          run.run(run.open("user", "hashed", "password", "hashed"), "SELECT current_user");
          run.run(run.open("user", "plain", "password", "plain"), "SELECT current_user");
        });
  }

  private void transactions() {
    blocks(
        "commit and rollback",
        run -> {
          Connection a = run.open();
          run.run(a, "CREATE TABLE t (a int)");
          a.setAutoCommit(false);
          run.prepared(a, "INSERT INTO t VALUES (?)", 1);
          a.commit();
          run.prepared(a, "INSERT INTO t VALUES (?)", 2);
          a.rollback();
          run.run(a, "SELECT * FROM t");
          a.commit();
        });
    for (String autosave : List.of("always", "conservative")) {
      blocks(
          "autosave " + autosave,
          run -> {
            Connection a = run.open("autosave", autosave);
            a.setAutoCommit(false);
            run.run(a, "CREATE TABLE t (a int)");
            run.tried(() -> run.run(a, "SELECT 1/0"));
            run.tried(() -> run.run(a, "SELECT count(*) FROM t"));
            a.rollback();
          });
    }
    blocks(
        "savepoints",
        run -> {
          Connection a = run.open();
          run.run(a, "CREATE TABLE t (a int)");
          a.setAutoCommit(false);
          run.run(a, "INSERT INTO t VALUES (1)");
          Savepoint savepoint = a.setSavepoint("s");
          run.run(a, "INSERT INTO t VALUES (2)");
          a.rollback(savepoint);
          a.commit();
          run.run(a, "SELECT * FROM t");
          a.rollback();
        });
    blocks(
        "failed commit",
        run -> {
          Connection a = run.open();
          run.run(a, "CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
          a.setAutoCommit(false);
          run.run(a, "INSERT INTO t VALUES (1), (1)");
          run.tried(a::commit);
          a.setAutoCommit(true);
          run.run(a, "SELECT count(*) FROM t");
        });
    blocks(
        "cursor with a fetch size",
        run -> {
          Connection a = run.open();
          a.setAutoCommit(false);
          try (Statement statement = a.createStatement()) {
            statement.setFetchSize(3);
            run.rows(statement.executeQuery("SELECT generate_series(1, 10)"));
            try (ResultSet open = statement.executeQuery("SELECT generate_series(1, 10)")) {
              open.next();
              run.run(a, "SELECT 'between'");
              open.next();
              open.next();
              open.next();
              run.say(open.getInt(1));
            }
          }
          a.commit();
        });
    blocks(
        "setReadOnly and isolation",
        run -> {
          Connection a = run.open();
          a.setReadOnly(true);
          a.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
          run.say(a.getTransactionIsolation());
          a.setAutoCommit(false);
          run.run(a, "SHOW transaction_read_only");
          run.tried(() -> run.run(a, "CREATE TABLE t (a int)"));
          a.rollback();
          a.setReadOnly(false);
          run.run(a, "CREATE TABLE t (a int)");
          a.commit();
        });
    blocks(
        "two connections wait for each other's rows",
        run -> {
          Connection a = run.open();
          Connection b = run.open();
          run.run(a, "CREATE TABLE t (a int); INSERT INTO t VALUES (0)");
          a.setAutoCommit(false);
          run.run(a, "UPDATE t SET a = 1");
          var waiting =
              Background.run(() -> {
                try (Statement statement = b.createStatement()) {
                  return statement.executeUpdate("UPDATE t SET a = a + 10");
                }
              });
          run.lab().awaitActive("UPDATE t SET a = a + 10");
          a.commit();
          run.say(waiting.get());
          run.run(b, "SELECT a FROM t");
        });
  }

  private void bulk() {
    for (String rewrite : List.of("true", "false")) {
      same(
          "batches, reWriteBatchedInserts " + rewrite,
          run -> {
            Connection a = run.open("reWriteBatchedInserts", rewrite);
            run.run(a, "CREATE TABLE t (a int PRIMARY KEY, b text)");
            try (PreparedStatement insert = a.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
              for (int i = 0; i < 300; i++) {
                insert.setInt(1, i);
                insert.setString(2, "x".repeat(i % 5));
                insert.addBatch();
              }
              run.say(insert.executeBatch().length);
              insert.setInt(1, 7);
              insert.setString(2, "again");
              insert.addBatch();
              try {
                insert.executeBatch();
                run.say("no failure");
              } catch (BatchUpdateException e) {
                run.say(e.getSQLState() + " " + Arrays.toString(e.getUpdateCounts()));
              }
            }
            run.run(a, "SELECT count(*), sum(length(b)) FROM t");
          });
    }
    blocks(
        "batch in a transaction with an error",
        run -> {
          Connection a = run.open();
          run.run(a, "CREATE TABLE t (a int PRIMARY KEY)");
          a.setAutoCommit(false);
          try (Statement batch = a.createStatement()) {
            batch.addBatch("INSERT INTO t VALUES (1)");
            batch.addBatch("INSERT INTO t VALUES (1)");
            batch.addBatch("INSERT INTO t VALUES (2)");
            run.tried(batch::executeBatch);
          }
          run.tried(() -> run.run(a, "SELECT 1"));
          a.rollback();
          run.run(a, "SELECT count(*) FROM t");
          a.rollback();
        });
    same(
        "CopyManager",
        run -> {
          Connection a = run.open();
          run.run(a, "CREATE TABLE t (a int, b text)");
          CopyManager copy = a.unwrap(PGConnection.class).getCopyAPI();
          run.say(copy.copyIn("COPY t FROM STDIN", new StringReader("1\tone\n2\ttwo\n")));
          StringWriter out = new StringWriter();
          run.say(copy.copyOut("COPY t TO STDOUT (FORMAT csv)", out));
          run.say(out);
          run.tried(() -> copy.copyIn("COPY t FROM STDIN", new StringReader("x\tone\n")));
          String large = "5\t" + "z".repeat(1000) + "\n";
          run.say(
              copy.copyIn(
                  "COPY t FROM STDIN",
                  new ByteArrayInputStream(large.repeat(3000).getBytes(StandardCharsets.UTF_8))));
          run.run(a, "SELECT count(*), sum(length(b)) FROM t");
        });
    blocks(
        "LargeObject API",
        run -> {
          Connection a = run.open();
          a.setAutoCommit(false);
          LargeObjectManager manager = a.unwrap(PGConnection.class).getLargeObjectAPI();
          long oid = manager.createLO();
          try (LargeObject object = manager.open(oid, LargeObjectManager.READWRITE)) {
            object.write("some text".getBytes(StandardCharsets.UTF_8));
            object.seek(5);
            run.say(new String(object.read(10), StandardCharsets.UTF_8));
            run.say(object.size());
          }
          a.commit();
          manager.delete(oid);
          a.commit();
          run.tried(() -> manager.open(oid, LargeObjectManager.READ));
          a.rollback();
        });
    same(
        "values of 5 MB",
        run -> {
          Connection a = run.open();
          for (int i = 0; i < 6; i++) {
            run.prepared(a, "SELECT length(?), ?::text", "x".repeat(5 << 20), "y".repeat(1000));
          }
        });
  }

  private void sessions() {
    String notifications = "refused - notifications need a server connection of one's own";
    row(
        "LISTEN with PGConnection",
        Map.of(Route.TRANSACTION, notifications, Route.STATEMENT, notifications),
        run -> {
          Connection a = run.open();
          run.run(a, "LISTEN news");
          run.run(run.open(), "NOTIFY news, 'hello'");
          PGNotification[] found = a.unwrap(PGConnection.class).getNotifications(10_000);
          for (PGNotification notification : found) {
            run.say(notification.getName() + " " + notification.getParameter());
          }
        });
    same(
        "setSchema",
        run -> {
          Connection a = run.open("currentSchema", "public");
          Connection b = run.open();
          run.run(a, "CREATE SCHEMA other; CREATE TABLE other.t AS SELECT 1 AS a");
          a.setSchema("other");
          run.tried(() -> run.run(b, "SELECT * FROM t"));
          run.prepared(a, "SELECT * FROM t");
          run.say(a.getSchema() + " " + b.getSchema());
        });
    same(
        "connection properties",
        run -> {
          Connection a =
              run.open(
                  "ApplicationName", "suite",
                  "options", "-c work_mem=3MB -c statement_timeout=5s",
                  "assumeMinServerVersion", "15");
          run.run(
              a, "SHOW application_name; SHOW work_mem; SHOW statement_timeout; SHOW DateStyle");
          a.setClientInfo("ApplicationName", "changed");
          run.run(a, "SHOW application_name");
        });
    same(
        "isValid and network timeout",
        run -> {
          Connection a = run.open();
          run.say(a.isValid(5));
          a.setNetworkTimeout(Runnable::run, 5000);
          run.run(a, "SELECT 1");
          run.say(a.isValid(5));
          a.close();
          run.say(a.isValid(5));
        });
    same(
        "query timeout cancels",
        run -> {
          Connection a = run.open();
          try (Statement statement = a.createStatement()) {
            statement.setQueryTimeout(1);
            run.tried(() -> statement.execute("SELECT pg_sleep(20)"));
          }
          run.run(a, "SELECT 'after'");
        });
    same(
        "Statement.cancel",
        run -> {
          Connection a = run.open();
          try (Statement statement = a.createStatement()) {
            var running = Background.run(() -> statement.execute("SELECT pg_sleep(21)"));
            run.lab().awaitActive("SELECT pg_sleep(21)%");
            statement.cancel();
            try {
              run.say(running.get());
            } catch (java.util.concurrent.ExecutionException e) {
              run.say(((SQLException) e.getCause()).getSQLState());
            }
          }
          run.run(a, "SELECT 'after'");
        });
    same(
        "warnings",
        run -> run.run(run.open(), "DO $$ BEGIN RAISE WARNING 'w' USING HINT = 'h'; END $$"));
    same(
        "function calls",
        run -> {
          Connection a = run.open();
          run.run(
              a,
              "CREATE FUNCTION f(int, OUT b int) LANGUAGE sql AS 'SELECT $1 + 1';"
                  + " CREATE PROCEDURE p(INOUT a int) LANGUAGE plpgsql AS 'BEGIN a := a * 2; COMMIT;"
                  + " END'");
          try (var call = a.prepareCall("{? = call f(?)}")) {
            call.registerOutParameter(1, java.sql.Types.INTEGER);
            call.setInt(2, 41);
            call.execute();
            run.say(call.getInt(1));
          }
          run.prepared(a, "CALL p(?)", 21);
        });
    same(
        "gssEncMode and sslmode prefer",
        run -> run.run(run.open("gssEncMode", "prefer", "sslmode", "prefer"), "SELECT 1"));
    same(
        "many connections by turns",
        run -> {
          List<Connection> many = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            many.add(run.open("prepareThreshold", "1"));
          }
          for (int round = 0; round < 3; round++) {
            for (Connection connection : many) {
              run.prepared(connection, "SELECT ?::int * " + many.indexOf(connection) % 3, round);
            }
          }
        });
  }
}
