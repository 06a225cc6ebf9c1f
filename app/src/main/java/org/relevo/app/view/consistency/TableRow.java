package org.relevo.app.view.consistency;

import java.util.List;
import java.util.Optional;
import org.relevo.jmx.contract.NodeCount;
import org.relevo.jmx.contract.TableCounts;

/// One table over all nodes.
///
/// @param equal the service's own verdict
record TableRow(String schema, String table, boolean equal, List<CountCell> cells) {
  TableRow {
    cells = List.copyOf(cells);
  }

  String name() {
    return schema + "." + table;
  }

  Optional<CountCell> cell(int nodeId) {
    return cells.stream().filter(cell -> cell.nodeId() == nodeId).findFirst();
  }

  /// Judges counts against one node; when that node has no count, nothing is called equal.
  static TableRow of(TableCounts counts, int referenceNodeId) {
    Optional<NodeCount> reference =
        counts.counts().stream()
            .filter(count -> count.nodeId() == referenceNodeId && count.rows() >= 0)
            .findFirst();
    return new TableRow(
        counts.schema(),
        counts.table(),
        counts.equal(),
        counts.counts().stream().map(count -> judge(count, reference, referenceNodeId)).toList());
  }

  private static CountCell judge(
      NodeCount count, Optional<NodeCount> reference, int referenceNodeId) {
    if (count.rows() < 0 || reference.isEmpty()) {
      return cell(count, 0, CountCell.Verdict.UNKNOWN);
    }
    if (count.nodeId() == referenceNodeId) {
      return cell(count, 0, CountCell.Verdict.REFERENCE);
    }
    long difference = count.rows() - reference.get().rows();
    return cell(
        count, difference, difference == 0 ? CountCell.Verdict.EQUAL : CountCell.Verdict.DIFFERENT);
  }

  private static CountCell cell(NodeCount count, long difference, CountCell.Verdict verdict) {
    return new CountCell(count.nodeId(), count.rows(), difference, verdict, count.problem());
  }
}
