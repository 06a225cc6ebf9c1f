package org.relevo.proxy.consistency;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.relevo.jmx.contract.NodeRow;
import org.relevo.jmx.contract.RowDifference;

/// Rows of one range side by side. Pure.
final class RowDifferences {
  private RowDifferences() {}

  /// @param nodes rows by key for each node's number, in the nodes' order
  static List<RowDifference> of(
      ContentTableShape.Range range, Map<Integer, Map<List<String>, ContentReader.Row>> nodes) {
    Set<List<String>> keys = new LinkedHashSet<>();
    nodes.values().forEach(rows -> keys.addAll(rows.keySet()));
    List<RowDifference> found = new ArrayList<>();
    for (List<String> key : keys) {
      Set<String> hashes =
          nodes.values().stream()
              .map(rows -> rows.containsKey(key) ? rows.get(key).hash() : "")
              .collect(Collectors.toSet());
      if (hashes.size() > 1) {
        List<NodeRow> rows = new ArrayList<>();
        nodes.forEach((node, all) -> {
          ContentReader.Row row = all.get(key);
          rows.add(new NodeRow(node, row != null, row == null ? "" : row.text()));
        });
        found.add(
            new RowDifference(
                range.table().schema(), range.table().name(), key, range.from(), range.to(), rows));
      }
    }
    return found;
  }
}
