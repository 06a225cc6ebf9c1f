package org.relevo.proxy.consistency;

import java.util.Comparator;
import java.util.Map;

/// What one node said of its tables.
///
/// @param standby whether it was in recovery
/// @param problem why nothing is known of the tables that are not in the map, "" when all are
/// @param passing whether the problem may be gone at the next attempt
record NodeTables(
    int nodeId,
    String name,
    boolean standby,
    Map<TableName, Count> tables,
    String problem,
    boolean passing) {
  NodeTables {
    tables = Map.copyOf(tables);
  }

  /// A table's name without quotes.
  record TableName(String schema, String table) implements Comparable<TableName> {
    private static final Comparator<TableName> ORDER =
        Comparator.comparing(TableName::schema).thenComparing(TableName::table);

    @Override
    public int compareTo(TableName other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return schema + "." + table;
    }
  }

  /// Rows of one table.
  ///
  /// @param unlogged the table is outside the WAL
  /// @param rows -1 when not counted
  /// @param problem why not, "" when counted
  record Count(boolean unlogged, long rows, String problem) {}
}
