package org.relevo.jmx.sessions;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.relevo.jmx.contract.PlanInfo;

/// EXPLAIN of what a session runs, made so that nothing is run: never ANALYZE, one statement only,
/// in a read-only transaction that is rolled back, and with the rights of the session's user.
final class PlanRequest {
  private static final int MAX_PARAMETERS = 500;
  private static final Pattern PARAMETER = Pattern.compile("\\$(\\d{1,5})");
  private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");

  private PlanRequest() {}

  /// What is asked for.
  ///
  /// @param cut whether the server has only the beginning of the text
  record Target(int pid, String database, String user, String query, boolean cut) {}

  /// Empty when there is no such session.
  static Optional<Target> find(Connection connection, int pid) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT coalesce(datname, ''), coalesce(usename, ''), coalesce(query, ''),"
                + " octet_length(query) >= pg_size_bytes("
                + " current_setting('track_activity_query_size')) - 1"
                + " FROM pg_stat_activity WHERE pid = ?")) {
      query.setInt(1, pid);
      try (ResultSet row = query.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Target(
                    pid, row.getString(1), row.getString(2), row.getString(3), row.getBoolean(4)))
            : Optional.empty();
      }
    }
  }

  /// Why this text is not handed to EXPLAIN; "" when it may be.
  static String refusal(Target target) {
    String text = stripped(target.query());
    if (text.isEmpty()) {
      return "the session has run nothing yet, or its text is hidden from the service's role";
    }
    if (target.database().isEmpty()) {
      return "the process is connected to no database";
    }
    if (target.cut()) {
      return "the text is cut at track_activity_query_size";
    }
    // Backslashes and dollars may begin quotes of other kinds, comments may hide one: then a
    // semicolon anywhere is one too many.
    boolean plain = !text.contains("\\") && !text.contains("--") && !text.contains("/*");
    String outside = plain && !text.matches("(?s).*\\$\\w*\\$.*") ? unquoted(text) : text;
    if (outside.contains(";")) {
      return "the text may hold several statements";
    }
    return text.indexOf('\0') >= 0 ? "the text holds a zero byte" : "";
  }

  /// @param connection one of its own to the session's database; the caller closes it
  static PlanInfo explain(Connection connection, Target target) throws SQLException {
    String text = stripped(target.query());
    connection.setAutoCommit(false);
    connection.setReadOnly(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL statement_timeout = 5000");
      statement.execute("SET LOCAL lock_timeout = 1000");
      statement.execute("SET LOCAL ROLE \"" + target.user().replace("\"", "\"\"") + '"');
      int parameters = parameters(text);
      if (parameters > MAX_PARAMETERS) {
        return problem(target, "the text has " + parameters + " parameters");
      }
      // In brackets, so that a text that begins with ANALYZE is refused and not run.
      String explain = "EXPLAIN (FORMAT TEXT, COSTS TRUE) " + text;
      if (parameters > 0) {
        // Not GENERIC_PLAN, which drivers cannot ask for: they would have to give the parameters.
        statement.execute("SET LOCAL plan_cache_mode = force_generic_plan");
        statement.execute("PREPARE relevo_plan AS " + text);
        explain =
            "EXPLAIN (FORMAT TEXT) EXECUTE relevo_plan("
                + IntStream.range(0, parameters)
                    .mapToObj(_ -> "NULL")
                    .collect(Collectors.joining(", "))
                + ")";
      }
      try (ResultSet row = statement.executeQuery(explain)) {
        StringBuilder plan = new StringBuilder();
        while (row.next()) {
          plan.append(row.getString(1)).append('\n');
        }
        return new PlanInfo(target.pid(), target.database(), target.query(), plan.toString(), "");
      }
    } catch (SQLException e) {
      return problem(
          target,
          String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " | ")
              + " (SQLSTATE "
              + e.getSQLState()
              + ")");
    } finally {
      connection.rollback();
    }
  }

  static PlanInfo problem(Target target, String why) {
    return new PlanInfo(target.pid(), target.database(), target.query(), "", why);
  }

  private static int parameters(String text) {
    int most = 0;
    Matcher found = PARAMETER.matcher(unquoted(text));
    while (found.find()) {
      most = Math.max(most, Integer.parseInt(found.group(1)));
    }
    return most;
  }

  private static String unquoted(String text) {
    return QUOTED.matcher(text).replaceAll("''");
  }

  private static String stripped(String text) {
    return text.strip().replaceFirst("[;\\s]+$", "");
  }
}
