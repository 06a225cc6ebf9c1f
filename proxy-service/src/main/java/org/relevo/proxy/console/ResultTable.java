package org.relevo.proxy.console;

import java.util.Iterator;
import java.util.List;

/// A result: its columns, and its rows made as they are taken.
///
/// @param tag CommandComplete's; `SELECT` gets the number of rows added
public record ResultTable(List<Column> columns, Iterator<Row> rows, String tag) {
  public ResultTable {
    columns = List.copyOf(columns);
  }

  static ResultTable of(List<Column> columns, List<Row> rows, String tag) {
    return new ResultTable(columns, rows.iterator(), tag);
  }
}
