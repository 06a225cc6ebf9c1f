package org.relevo.proxy.fanout;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The markers of one database of one node: `relevo.commit_marker` holds them, and
/// `relevo.commit_state` says in one row which run of a service may write (`run`) and up to which
/// marker nothing is kept (`horizon`). Clients reach both by `relevo.mark_commit` alone.
///
/// Owner: none; each call uses the connection given.
final class MarkerTable {
  private static final String KNOWN =
      "SELECT pg_catalog.to_regprocedure('relevo.mark_commit(pg_catalog.int8)') IS NOT NULL";

  /// Operators are named with their schema, since the function runs with its owner's rights and its
  /// caller's search path. The row comes before the look: it takes the lock by which a take-over
  /// sees that somebody is about to commit.
  private static final List<String> MAKE =
      List.of(
          "CREATE SCHEMA IF NOT EXISTS relevo",
          "CREATE TABLE IF NOT EXISTS relevo.commit_marker (id pg_catalog.int8 NOT NULL)",
          "CREATE TABLE IF NOT EXISTS relevo.commit_state"
              + " (run pg_catalog.int8 NOT NULL, horizon pg_catalog.int8 NOT NULL)",
          "INSERT INTO relevo.commit_state SELECT 0, 0"
              + " WHERE NOT EXISTS (SELECT FROM relevo.commit_state)",
          """
          CREATE OR REPLACE FUNCTION relevo.mark_commit(marker pg_catalog.int8)
          RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $function$
          BEGIN
            INSERT INTO relevo.commit_marker VALUES (marker);
            IF (SELECT run FROM relevo.commit_state)
                OPERATOR(pg_catalog.<>) (marker OPERATOR(pg_catalog.>>) %d) THEN
              RAISE EXCEPTION 'another service writes to the servers now'
                USING ERRCODE = '%s';
            END IF;
          END $function$
          """
              .formatted(Marker.PLACE_BITS, Marker.FOLLOWED),
          "GRANT USAGE ON SCHEMA relevo TO PUBLIC",
          "GRANT EXECUTE ON FUNCTION relevo.mark_commit(pg_catalog.int8) TO PUBLIC");

  private static final String DATABASES =
      "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate"
          + " ORDER BY 1";

  /// Sessions that have left a marker and not ended; of a prepared transaction there is no pid.
  private static final String ENDING =
      " FROM pg_catalog.pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock'"
          + " AND relation = 'relevo.commit_marker'::pg_catalog.regclass"
          + " AND database = (SELECT oid FROM pg_catalog.pg_database"
          + " WHERE datname = pg_catalog.current_database())"
          + " AND pid IS NOT NULL AND pid <> pg_catalog.pg_backend_pid()";

  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(2);
  private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(10);
  private static final long PAUSE_MS = 10;
  private static final int BATCH = 10_000;

  private MarkerTable() {}

  /// @param name of the prepared transaction
  record Prepared(String name, String database) {}

  record State(long run, long horizon) {}

  static List<String> databases(Connection connection) throws SQLException {
    return strings(connection, DATABASES);
  }

  /// Makes what is not there.
  ///
  /// @param run that may write from now on; 0 for none yet
  static void make(Connection connection, long run) throws SQLException {
    if (!"t".equals(strings(connection, KNOWN).getFirst())) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        for (String sql : MAKE) {
          statement.execute(sql);
        }
        connection.commit();
      } finally {
        connection.setAutoCommit(true);
      }
    }
    if (run > 0) {
      boolean _ = fence(connection, run);
    }
  }

  static State state(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT run, horizon FROM relevo.commit_state")) {
      if (!row.next()) {
        throw new SQLException("relevo.commit_state is empty");
      }
      return new State(row.getLong(1), row.getLong(2));
    }
  }

  /// No other run can commit any more, but for what is ending now.
  ///
  /// @return false when a run that is as new, or newer, has come first
  static boolean fence(Connection connection, long run) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE relevo.commit_state SET run = ? WHERE run < ?")) {
      update.setLong(1, run);
      update.setLong(2, run);
      return update.executeUpdate() == 1;
    }
  }

  /// Waits for those that were ending at the fence. Who does not end has lost its service in the
  /// midst of a message, and is ended.
  ///
  /// @throws SQLException also when one cannot be ended
  static void awaitEndings(Connection connection) throws SQLException, InterruptedException {
    long began = System.nanoTime();
    while (!"0".equals(strings(connection, "SELECT count(*)" + ENDING).getFirst())) {
      long waited = System.nanoTime() - began;
      if (waited > LIMIT_NS) {
        throw new SQLException("a transaction of a former service does not end");
      }
      if (waited > PATIENCE_NS) {
        List<String> _ =
            strings(connection, "SELECT pg_catalog.pg_terminate_backend(pid)" + ENDING);
      }
      Thread.sleep(PAUSE_MS);
    }
  }

  static Set<Long> markers(Connection connection) throws SQLException {
    Set<Long> found = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM relevo.commit_marker")) {
      while (rows.next()) {
        found.add(rows.getLong(1));
      }
    }
    return found;
  }

  /// Of all databases of the node.
  static List<Prepared> prepared(Connection connection) throws SQLException {
    List<Prepared> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT gid, database FROM pg_catalog.pg_prepared_xacts")) {
      while (rows.next()) {
        found.add(new Prepared(rows.getString(1), rows.getString(2)));
      }
    }
    return found;
  }

  /// Whether transactions can be prepared.
  static boolean prepares(Connection connection) throws SQLException {
    return !"0".equals(strings(connection, "SHOW max_prepared_transactions").getFirst());
  }

  /// Ends a transaction of the service's that was prepared. One that is gone is no error: a message
  /// of the former service may have come late.
  static void end(Connection connection, long marker, boolean commit) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          (commit ? "COMMIT" : "ROLLBACK") + " PREPARED '" + Marker.PREPARED + marker + "'");
    } catch (SQLException e) {
      if (!"42704".equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  /// Keeps nothing up to this marker: first that is written down, then the rows go.
  static void forget(Connection connection, long horizon) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE relevo.commit_state SET horizon = ? WHERE horizon < ?")) {
      update.setLong(1, horizon);
      update.setLong(2, horizon);
      int _ = update.executeUpdate();
    }
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM relevo.commit_marker WHERE ctid = ANY (ARRAY("
                + "SELECT ctid FROM relevo.commit_marker WHERE id <= ? LIMIT "
                + BATCH
                + "))")) {
      delete.setLong(1, horizon);
      int gone;
      do {
        gone = delete.executeUpdate();
      } while (gone == BATCH);
    }
  }

  private static List<String> strings(Connection connection, String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(String.valueOf(rows.getString(1)));
      }
    }
    return found;
  }
}
