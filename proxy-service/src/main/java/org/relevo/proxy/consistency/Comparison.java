package org.relevo.proxy.consistency;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.NodeCount;
import org.relevo.jmx.contract.TableCounts;
import org.relevo.proxy.consistency.NodeTables.Count;
import org.relevo.proxy.consistency.NodeTables.TableName;

/// The nodes' tables side by side. A table is equal only if every node counted it and all counts
/// agree; the whole is different only if two nodes contradict each other, and failed if something
/// could not be looked at.
///
/// @param problem "" unless failed
record Comparison(ConsistencyState state, List<TableCounts> tables, String problem) {
  static final String UNLOGGED = "unlogged: not replicated to standbys, not compared";
  private static final String MISSING = "no such table on this node";

  Comparison {
    tables = List.copyOf(tables);
  }

  static Comparison of(List<NodeTables> nodes) {
    TreeSet<TableName> names = new TreeSet<>();
    nodes.forEach(node -> names.addAll(node.tables().keySet()));
    boolean standbys = nodes.stream().anyMatch(NodeTables::standby);
    boolean different = false;
    String problem =
        nodes.stream()
            .filter(node -> !node.problem().isEmpty())
            .map(node -> node.name() + ": " + node.problem())
            .findFirst()
            .orElse("");
    List<TableCounts> tables = new ArrayList<>();
    for (TableName name : names) {
      List<NodeCount> counts = nodes.stream().map(node -> count(node, name)).toList();
      if (standbys && unlogged(nodes, name)) {
        List<NodeCount> skipped =
            counts.stream().map(count -> new NodeCount(count.nodeId(), -1, UNLOGGED)).toList();
        // Nothing is known to be wrong with it, and red in every report would hide what is.
        tables.add(new TableCounts(name.schema(), name.table(), true, skipped));
        continue;
      }
      boolean contradiction = contradiction(counts);
      boolean counted = counts.stream().allMatch(count -> count.problem().isEmpty());
      different |= contradiction;
      if (!counted && problem.isEmpty()) {
        problem = firstProblem(nodes, name, counts);
      }
      boolean equal = counted && !contradiction;
      tables.add(new TableCounts(name.schema(), name.table(), equal, counts));
    }
    if (different) {
      return new Comparison(ConsistencyState.DIFFERENT, tables, "");
    }
    ConsistencyState state = problem.isEmpty() ? ConsistencyState.EQUAL : ConsistencyState.FAILED;
    return new Comparison(state, tables, problem);
  }

  private static NodeCount count(NodeTables node, TableName name) {
    @Nullable Count count = node.tables().get(name);
    if (count != null) {
      return new NodeCount(node.nodeId(), count.rows(), count.problem());
    }
    String why = node.problem().isEmpty() ? MISSING : node.problem();
    return new NodeCount(node.nodeId(), -1, why);
  }

  private static boolean unlogged(List<NodeTables> nodes, TableName name) {
    for (NodeTables node : nodes) {
      @Nullable Count count = node.tables().get(name);
      if (count != null && count.unlogged()) {
        return true;
      }
    }
    return false;
  }

  /// Two nodes have different numbers, or one has the table and another does not.
  private static boolean contradiction(List<NodeCount> counts) {
    long numbers =
        counts.stream()
            .filter(count -> count.problem().isEmpty())
            .mapToLong(NodeCount::rows)
            .distinct()
            .count();
    return numbers > 1 || counts.stream().anyMatch(count -> count.problem().equals(MISSING));
  }

  private static String firstProblem(
      List<NodeTables> nodes, TableName name, List<NodeCount> counts) {
    for (int at = 0; at < counts.size(); at++) {
      if (!counts.get(at).problem().isEmpty()) {
        return nodes.get(at).name() + ": " + name + ": " + counts.get(at).problem();
      }
    }
    return "";
  }
}
