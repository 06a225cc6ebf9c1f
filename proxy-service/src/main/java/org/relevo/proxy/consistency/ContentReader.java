package org.relevo.proxy.consistency;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Questions about contents on one connection. Pure but for the connection, which is the caller's.
final class ContentReader {
  /// So that values are written alike everywhere.
  private static final List<String> SETTINGS =
      List.of(
          "SET extra_float_digits = 1",
          "SET DateStyle = 'ISO, YMD'",
          "SET IntervalStyle = 'postgres'",
          "SET TimeZone = 'UTC'",
          "SET bytea_output = 'hex'",
          "SET row_security = off");

  private ContentReader() {}

  /// Rows and the sum of their hashes.
  record Sum(long rows, String hash) {}

  /// A row's hash and its text, cut.
  record Row(String hash, String text) {}

  static void prepare(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String setting : SETTINGS) {
        statement.execute(setting);
      }
    }
  }

  static Optional<List<String>> boundary(
      Connection connection, ContentTableShape.Range range, int rows) throws SQLException {
    ContentTableShape table = range.table();
    try (PreparedStatement query = connection.prepareStatement(table.boundary(range, rows))) {
      bind(query, ContentTableShape.values(range));
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        List<String> key = new ArrayList<>();
        for (int i = 1; i <= table.key().size(); i++) {
          key.add(row.getString(i));
        }
        return Optional.of(key);
      }
    }
  }

  static Sum sum(Connection connection, ContentTableShape.Range range, boolean sameVersion)
      throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(range.table().sum(range, sameVersion))) {
      bind(query, ContentTableShape.values(range));
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return new Sum(row.getLong(1), row.getString(2));
      }
    }
  }

  /// By key; more than the limit is cut.
  static Map<List<String>, Row> rows(
      Connection connection, ContentTableShape.Range range, int limit) throws SQLException {
    Map<List<String>, Row> found = new LinkedHashMap<>();
    try (PreparedStatement query = connection.prepareStatement(range.table().rows(range, limit))) {
      bind(query, ContentTableShape.values(range));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          String[] key = (String[]) row.getArray(1).getArray();
          found.put(Arrays.asList(key), new Row(row.getString(2), row.getString(3)));
        }
      }
    }
    return found;
  }

  private static void bind(PreparedStatement query, List<String> values) throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      query.setString(i + 1, values.get(i));
    }
  }
}
