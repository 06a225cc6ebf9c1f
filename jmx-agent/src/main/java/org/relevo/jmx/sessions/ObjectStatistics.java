package org.relevo.jmx.sessions;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.relevo.jmx.contract.IndexInfo;
import org.relevo.jmx.contract.ProgressInfo;
import org.relevo.jmx.contract.TableInfo;
import org.relevo.jmx.postgres.SqlFile;

/// Statistics of tables and indexes, and maintenance in progress. Pure questions.
public final class ObjectStatistics {
  private ObjectStatistics() {}

  /// A table with what the contract's record does not hold.
  ///
  /// @param autovacuum whether autovacuum is on for it
  public record Table(TableInfo info, boolean autovacuum) {}

  /// Largest first.
  public static List<Table> tables(Connection connection, int major, int maxRows)
      throws SQLException {
    List<Table> all = new ArrayList<>();
    String sql = SqlFile.statement("table-statistics.sql", major);
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setInt(1, maxRows);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          boolean on = !List.of("false", "off", "no", "0").contains(row.getString("autovacuum"));
          all.add(new Table(table(row), on));
        }
      }
    }
    return all;
  }

  private static TableInfo table(ResultSet row) throws SQLException {
    return new TableInfo(
        row.getString("schemaname"),
        row.getString("relname"),
        row.getLong("size_bytes"),
        row.getLong("index_bytes"),
        row.getLong("live"),
        row.getLong("dead"),
        row.getLong("vacuum_threshold"),
        row.getLong("frozen_age"),
        row.getLong("seq_scan"),
        row.getLong("seq_rows"),
        row.getLong("idx_scan"),
        row.getLong("idx_rows"),
        row.getLong("inserted"),
        row.getLong("updated"),
        row.getLong("hot"),
        row.getLong("deleted"),
        row.getLong("blocks_read"),
        row.getLong("blocks_hit"),
        row.getLong("vacuumed"),
        row.getLong("analyzed"));
  }

  /// Largest first.
  public static List<IndexInfo> indexes(Connection connection, int maxRows) throws SQLException {
    List<IndexInfo> all = new ArrayList<>();
    String sql = SqlFile.statement("index-statistics.sql");
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setInt(1, maxRows);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          all.add(
              new IndexInfo(
                  row.getString("schemaname"),
                  row.getString("relname"),
                  row.getString("indexrelname"),
                  row.getLong("size_bytes"),
                  row.getLong("scans"),
                  row.getLong("rows_read"),
                  row.getLong("rows_fetched"),
                  row.getLong("blocks_read"),
                  row.getLong("blocks_hit"),
                  row.getBoolean("needed"),
                  row.getBoolean("valid"),
                  row.getString("duplicate_of"),
                  row.getString("definition")));
        }
      }
    }
    return all;
  }

  static List<ProgressInfo> progress(Connection connection, int major) throws SQLException {
    List<ProgressInfo> all = new ArrayList<>();
    String sql = SqlFile.statement("progress.sql", major);
    try (PreparedStatement query = connection.prepareStatement(sql);
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        all.add(
            new ProgressInfo(
                row.getInt("pid"),
                row.getString("database"),
                row.getString("command"),
                row.getString("relation"),
                row.getString("phase"),
                row.getLong("done"),
                row.getLong("total")));
      }
    }
    return all;
  }
}
