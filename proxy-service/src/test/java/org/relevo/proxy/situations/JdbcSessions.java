package org.relevo.proxy.situations;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.relevo.proxy.testkit.Background;

/// What pgJDBC makes of a session.
final class JdbcSessions {
  private JdbcSessions() {}

  static void addTo(JdbcRows rows) {
    String notifications = "refused - notifications need a server connection of one's own";
    rows.row(
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
    rows.same(
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
    rows.same(
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
    rows.same(
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
    rows.same(
        "query timeout cancels",
        run -> {
          Connection a = run.open();
          try (Statement statement = a.createStatement()) {
            statement.setQueryTimeout(1);
            run.tried(() -> statement.execute("SELECT pg_sleep(20)"));
          }
          run.run(a, "SELECT 'after'");
        });
    rows.same(
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
    rows.same(
        "warnings",
        run -> run.run(run.open(), "DO $$ BEGIN RAISE WARNING 'w' USING HINT = 'h'; END $$"));
    rows.same(
        "function calls",
        run -> {
          Connection a = run.open();
          run.run(
              a,
              "CREATE FUNCTION f(int, OUT b int) LANGUAGE sql AS 'SELECT $1 + 1';"
                  + " CREATE PROCEDURE p(INOUT a int) LANGUAGE plpgsql AS 'BEGIN a := a * 2;"
                  + " COMMIT; END'");
          try (var call = a.prepareCall("{? = call f(?)}")) {
            call.registerOutParameter(1, java.sql.Types.INTEGER);
            call.setInt(2, 41);
            call.execute();
            run.say(call.getInt(1));
          }
          run.prepared(a, "CALL p(?)", 21);
        });
    rows.same(
        "gssEncMode and sslmode prefer",
        run -> run.run(run.open("gssEncMode", "prefer", "sslmode", "prefer"), "SELECT 1"));
    rows.same(
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
