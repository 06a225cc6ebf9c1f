package org.relevo.proxy.situations;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;
import org.relevo.proxy.testkit.Background;

/// Transactions and bulk work of pgJDBC.
final class JdbcTransactions {
  private JdbcTransactions() {}

  static void addTo(JdbcRows rows) {
    transactions(rows);
    bulk(rows);
  }

  private static void transactions(JdbcRows rows) {
    rows.blocks(
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
      rows.blocks(
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
    rows.blocks(
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
    rows.blocks(
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
    rows.blocks(
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
    rows.blocks(
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
    rows.blocks(
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

  private static void bulk(JdbcRows rows) {
    for (String rewrite : List.of("true", "false")) {
      rows.same(
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
    rows.blocks(
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
    rows.same(
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
    rows.blocks(
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
    rows.same(
        "values of 5 MB",
        run -> {
          Connection a = run.open();
          for (int i = 0; i < 6; i++) {
            run.prepared(a, "SELECT length(?), ?::text", "x".repeat(5 << 20), "y".repeat(1000));
          }
        });
  }
}
