package org.relevo.proxy.consistency;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/// A table's columns and key, and the statements over ranges of its keys.
///
/// @param columns in their order
/// @param key of its primary key; empty when it has none
record ContentTableShape(String schema, String name, List<Column> columns, List<Column> key) {
  /// @param name unquoted
  /// @param type as PostgreSQL writes it
  /// @param generated whether the server computes it
  record Column(String name, String type, boolean generated) {
    String quoted() {
      return ContentTableShape.quoted(name);
    }
  }

  /// A range of keys.
  ///
  /// @param from begins behind this key; empty at the beginning
  /// @param to ends with this one; empty at the end
  record Range(ContentTableShape table, List<String> from, List<String> to) {
    Range {
      from = List.copyOf(from);
      to = List.copyOf(to);
    }
  }

  ContentTableShape {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  static ContentTableShape read(Connection connection, String schema, String name)
      throws SQLException {
    List<Column> columns = new ArrayList<>();
    List<Column> key = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attgenerated <> '',
              array_position(i.indkey::int2[], a.attnum)
            FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
            WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum\
            """)) {
      query.setString(1, schema);
      query.setString(2, name);
      List<Integer> order = new ArrayList<>();
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          Column column = new Column(row.getString(1), row.getString(2), row.getBoolean(3));
          columns.add(column);
          int place = row.getInt(4);
          if (!row.wasNull()) {
            int at = Collections.binarySearch(order, place);
            order.add(-at - 1, place);
            key.add(-at - 1, column);
          }
        }
      }
    }
    return new ContentTableShape(schema, name, columns, key);
  }

  String label() {
    return schema + "." + name;
  }

  String quotedName() {
    return quoted(schema) + "." + quoted(name);
  }

  /// The key of the range's row of that number, where its first part ends.
  String boundary(Range range, int rows) {
    // Named by the table, or the key's text would be what is sorted.
    String order = key.stream().map(each -> "t." + each.quoted()).collect(Collectors.joining(", "));
    return "SELECT %s FROM ONLY %s AS t%s ORDER BY %s OFFSET %d LIMIT 1"
        .formatted(keyTexts(), quotedName(), where(range), order, rows - 1);
  }

  /// Rows of a range, and the sum of their hashes, which does not depend on their order.
  String sum(Range range, boolean sameVersion) {
    String row = rowText();
    String hash =
        sameVersion
            ? "hashtextextended(" + row + ", 0)"
            : "('x' || left(md5(" + row + "), 16))::bit(64)::bigint";
    return "SELECT count(*), coalesce(sum("
        + hash
        + "), 0)::text FROM ONLY "
        + quotedName()
        + where(range);
  }

  /// Key, hash and text of each row of a range.
  String rows(Range range, int limit) {
    return "SELECT ARRAY["
        + keyTexts()
        + "]::text[], md5("
        + rowText()
        + "), left("
        + rowText()
        + ", 500) FROM ONLY "
        + quotedName()
        + where(range)
        + " LIMIT "
        + limit;
  }

  /// The statements' parameters in their order: both ends of the range.
  static List<String> values(Range range) {
    List<String> all = new ArrayList<>(range.from());
    all.addAll(range.to());
    return all;
  }

  private String where(Range range) {
    List<String> conditions = new ArrayList<>();
    if (!range.from().isEmpty()) {
      conditions.add(keyTuple() + " > " + parameters());
    }
    if (!range.to().isEmpty()) {
      conditions.add(keyTuple() + " <= " + parameters());
    }
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  /// A condition for one row.
  String keyEquals() {
    return keyTuple() + " = " + parameters();
  }

  private String rowText() {
    return "ROW("
        + columns.stream().map(Column::quoted).collect(Collectors.joining(", "))
        + ")::text";
  }

  private String keyTuple() {
    return "(" + keyNames() + ")";
  }

  private String keyNames() {
    return key.stream().map(Column::quoted).collect(Collectors.joining(", "));
  }

  private String keyTexts() {
    return key.stream().map(each -> each.quoted() + "::text").collect(Collectors.joining(", "));
  }

  private String parameters() {
    return key.stream()
        .map(each -> "CAST(? AS " + each.type() + ")")
        .collect(Collectors.joining(", ", "(", ")"));
  }

  static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
