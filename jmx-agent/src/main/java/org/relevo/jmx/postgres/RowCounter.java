package org.relevo.jmx.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// Lists and counts user tables on a connection whose transaction, and so whose snapshot, is the
/// caller's.
///
/// Owner: the caller's thread.
public final class RowCounter {
  /// More than this is refused rather than half compared.
  static final int MAX_TABLES = 10_000;

  private static final String UNDEFINED_TABLE = "42P01";

  private final Connection connection;

  public RowCounter(Connection connection) {
    this.connection = connection;
  }

  /// Ordinary tables and leaf partitions by schema and name, without temporary ones.
  ///
  /// @throws SQLException with state 42P01 when one was dropped since the snapshot was taken
  public List<UserTable> tables() throws SQLException {
    List<UserTable> found = new ArrayList<>();
    try (PreparedStatement statement =
            connection.prepareStatement(SqlFile.statement("user-tables.sql"));
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        if (found.size() == MAX_TABLES) {
          throw new SQLException("more than " + MAX_TABLES + " tables", "54000");
        }
        boolean readable = row.getBoolean(4);
        if (row.wasNull()) {
          // In the snapshot but not in the catalogue any more, so its rows are out of reach.
          throw new SQLException(
              "table " + row.getString(1) + "." + row.getString(2) + " was dropped meanwhile",
              UNDEFINED_TABLE);
        }
        found.add(new UserTable(row.getString(1), row.getString(2), row.getBoolean(3), readable));
      }
    }
    return List.copyOf(found);
  }

  /// The table's own rows, without those of tables that inherit from it.
  public long count(UserTable table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM ONLY "
                    + quoted(table.schema())
                    + "."
                    + quoted(table.name()))) {
      row.next();
      return row.getLong(1);
    }
  }

  private static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
