package org.relevo.jmx.contract;

import java.util.List;

/// A row that is not the same on all nodes.
///
/// @param key its primary key's values
/// @param fromKey the range in which it was found begins behind this key; empty at the beginning
/// @param toKey and ends with this one; empty at the end
/// @param rows on each node
public record RowDifference(
    String schema,
    String table,
    List<String> key,
    List<String> fromKey,
    List<String> toKey,
    List<NodeRow> rows) {
  public RowDifference {
    key = List.copyOf(key);
    fromKey = List.copyOf(fromKey);
    toKey = List.copyOf(toKey);
    rows = List.copyOf(rows);
  }
}
