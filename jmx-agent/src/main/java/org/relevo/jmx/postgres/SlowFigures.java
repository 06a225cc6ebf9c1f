package org.relevo.jmx.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Figures that cost the server more: asked for once a minute, and less often when the answer is
/// slow. Each question stands alone, so that a right that is missing costs only its own figures.
///
/// Owner: the sampler's thread.
final class SlowFigures {
  private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

  /// So that measuring takes at most a hundredth of the time.
  private static final int REST_FACTOR = 100;

  private static final String DENIED = "42501";
  private static final String TIMED_OUT = "57014";
  private static final List<String> FILES =
      List.of("postgres-ages.sql", "postgres-sizes.sql", "postgres-wal-files.sql");

  private final long[] values = Reading.nothing();
  private final long[] nextNanos = new long[FILES.size()];
  private final List<String> refusals = new ArrayList<>(Collections.nCopies(FILES.size(), ""));
  private List<String> rights = List.of();
  private boolean asked;

  /// By ordinal, of figures that were asked for; the others are not known.
  long[] values() {
    return values;
  }

  List<String> missing() {
    List<String> all = new ArrayList<>(rights);
    refusals.stream().filter(each -> !each.isEmpty()).forEach(all::add);
    return all;
  }

  /// Asks what is due. A refusal is a thing that is missing; every other failure is thrown.
  void refresh(Connection connection) throws SQLException {
    for (int i = 0; i < FILES.size(); i++) {
      long from = System.nanoTime();
      if (asked && from < nextNanos[i]) {
        continue;
      }
      refusals.set(i, "");
      try {
        ask(connection, FILES.get(i));
      } catch (SQLException e) {
        if (!DENIED.equals(e.getSQLState()) && !TIMED_OUT.equals(e.getSQLState())) {
          throw e;
        }
        refusals.set(i, String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " | "));
      }
      if (i == 0) {
        rights = rights(connection);
      }
      long took = System.nanoTime() - from;
      nextNanos[i] = from + Math.max(PERIOD_NANOS, took * REST_FACTOR);
    }
    asked = true;
  }

  private void ask(Connection connection, String file) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SqlFile.statement(file))) {
      row.next();
      for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
        String label = row.getMetaData().getColumnLabel(i);
        long value = row.getLong(i);
        boolean unknown = row.wasNull();
        Figure.ALL.stream()
            .filter(figure -> figure.column().equals(label))
            .forEach(figure -> values[figure.place()] = unknown ? Reading.UNKNOWN : value);
      }
    }
  }

  private static List<String> rights(Connection connection) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT pg_has_role('pg_read_all_stats', 'USAGE'), current_user,"
                    + " current_setting('track_io_timing')::bool,"
                    + " current_setting('track_activities')::bool")) {
      row.next();
      if (!row.getBoolean(1)) {
        String user = row.getString(2);
        found.add(
            "sessions, waits and replication of others are hidden from %s: GRANT pg_monitor TO %s"
                .formatted(user, user));
      }
      if (!row.getBoolean(3)) {
        found.add("read_ms, write_ms and io_*_ms need track_io_timing = on");
      }
      if (!row.getBoolean(4)) {
        found.add("states of sessions need track_activities = on");
      }
    }
    return found;
  }
}
