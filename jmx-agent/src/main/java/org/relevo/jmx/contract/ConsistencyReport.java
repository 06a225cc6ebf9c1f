package org.relevo.jmx.contract;

import java.util.List;

/// Rows per table per node, all read from one consistent point: new transactions were held, every
/// node reached `lsn`, a snapshot was opened on each, then traffic went on while rows were counted.
///
/// @param id 0 when there was none yet
/// @param lsn the common position
/// @param heldMs how long new transactions waited
/// @param problem "" unless state is FAILED
public record ConsistencyReport(
    long id,
    ConsistencyState state,
    String database,
    long startedAtEpochMs,
    long finishedAtEpochMs,
    String lsn,
    long heldMs,
    List<TableCounts> tables,
    String problem) {
  public ConsistencyReport {
    tables = List.copyOf(tables);
  }
}
