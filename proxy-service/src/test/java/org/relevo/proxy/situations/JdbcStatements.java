package org.relevo.proxy.situations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGStatement;

/// Statements, values and errors of pgJDBC.
final class JdbcStatements {
  private JdbcStatements() {}

  static void addTo(JdbcRows rows) {
    for (String threshold : List.of("1", "5", "-1", "0")) {
      rows.same(
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
      rows.same(
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
      rows.same(
          "binaryTransfer " + binary,
          run -> {
            Connection a = run.open("binaryTransfer", binary, "prepareThreshold", "1");
            for (int i = 0; i < 3; i++) {
              run.prepared(
                  a,
                  "SELECT ?::int, 1.5::float8, ?::numeric, date '2020-02-01',"
                      + " '\\x01'::bytea = '', ARRAY[1,2],"
                      + " timestamptz '2020-07-01 0:00Z' AT TIME ZONE 'UTC'",
                  i,
                  new java.math.BigDecimal("1.25"));
            }
          });
    }
    rows.same(
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
    rows.same(
        "more statements than the driver caches",
        run -> {
          Connection a = run.open("prepareThreshold", "1", "preparedStatementCacheQueries", "4");
          for (int i = 0; i < 30; i++) {
            run.prepared(a, "SELECT ? + " + i % 7, i);
          }
        });
    rows.same(
        "DEALLOCATE ALL and DISCARD ALL under the driver",
        run -> {
          Connection a = run.open("prepareThreshold", "1");
          for (String sql : List.of("DEALLOCATE ALL", "DISCARD ALL")) {
            run.prepared(a, "SELECT ?::int", 1);
            run.run(a, sql);
            run.prepared(a, "SELECT ?::int", 2);
          }
        });
    rows.same(
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
    rows.same(
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
    rows.same(
        "md5 and clear-text passwords",
        run -> {
          run.run(run.open("user", "hashed", "password", "hashed"), "SELECT current_user");
          run.run(run.open("user", "plain", "password", "plain"), "SELECT current_user");
        });
  }
}
