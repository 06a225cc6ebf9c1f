package org.relevo.jmx.contract;

import java.util.List;

/// A comparison of contents.
///
/// @param id 0 when there was none yet
/// @param tablesDone of `tablesTotal`
/// @param table that is being compared, "" when none is
/// @param rowsCompared on one node
/// @param ranges of keys that were compared
/// @param rechecked ranges that were looked at again at a common point, since clients were writing
/// @param heldMs longest time that new transactions waited for a common point
/// @param differences rows that differ
/// @param tables those that are done
/// @param problem "" unless state is FAILED
public record ContentReport(
    long id,
    ConsistencyState state,
    String database,
    int pacePercent,
    long startedAtEpochMs,
    long finishedAtEpochMs,
    int tablesDone,
    int tablesTotal,
    String table,
    long rowsCompared,
    long ranges,
    long rechecked,
    long heldMs,
    long differences,
    List<ContentTable> tables,
    String problem) {
  public ContentReport {
    tables = List.copyOf(tables);
  }
}
