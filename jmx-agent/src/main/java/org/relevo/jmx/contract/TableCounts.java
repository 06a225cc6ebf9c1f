package org.relevo.jmx.contract;

import java.util.List;

/// One table on every node.
public record TableCounts(String schema, String table, boolean equal, List<NodeCount> counts) {
  public TableCounts {
    counts = List.copyOf(counts);
  }
}
