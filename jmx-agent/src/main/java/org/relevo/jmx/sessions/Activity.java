package org.relevo.jmx.sessions;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.relevo.jmx.contract.SessionInfo;
import org.relevo.jmx.postgres.SqlFile;
import org.relevo.jmx.processes.ProcessTable;

/// `pg_stat_activity` at one moment.
final class Activity {
  private Activity() {}

  /// @param usage of processes by number; empty when the server is on another machine
  static List<SessionInfo> read(Connection connection, Map<Integer, ProcessTable.Usage> usage)
      throws SQLException {
    List<SessionInfo> all = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(SqlFile.statement("sessions.sql"));
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        all.add(session(row, usage.get(row.getInt("pid"))));
      }
    }
    return all;
  }

  private static SessionInfo session(
      ResultSet row, ProcessTable.@org.jspecify.annotations.Nullable Usage usage)
      throws SQLException {
    return new SessionInfo(
        row.getInt("pid"),
        row.getString("type"),
        row.getString("database"),
        row.getString("role"),
        row.getString("application"),
        row.getString("address"),
        row.getInt("port"),
        row.getString("state"),
        row.getString("wait_event"),
        row.getLong("started"),
        row.getLong("transaction_ms"),
        row.getLong("query_ms"),
        row.getLong("state_ms"),
        row.getString("query"),
        blockers(row.getArray("blocked_by")),
        usage == null ? -1 : usage.cpuLoad(),
        usage == null ? -1 : usage.cpuMs(),
        usage == null ? -1 : usage.rssBytes(),
        usage == null ? -1 : usage.readBytesPerSecond(),
        usage == null ? -1 : usage.writtenBytesPerSecond());
  }

  private static List<Integer> blockers(@org.jspecify.annotations.Nullable Array array)
      throws SQLException {
    return array == null
        ? List.of()
        : Arrays.stream((Integer[]) array.getArray()).distinct().sorted().toList();
  }
}
