package org.relevo.proxy.situations;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Collects what pgJDBC does, in the ways that programs set it up.
final class JdbcRows {
  private static final String BLOCKS =
      "refused - transaction blocks need a server connection for longer than a statement";

  private final List<Situation> rows = new ArrayList<>();

  static List<Situation> all() {
    JdbcRows table = new JdbcRows();
    JdbcStatements.addTo(table);
    JdbcTransactions.addTo(table);
    JdbcSessions.addTo(table);
    return table.rows;
  }

  void same(String name, JdbcRun.Script script) {
    row(name, Map.of(), script);
  }

  /// A situation with transaction blocks.
  void blocks(String name, JdbcRun.Script script) {
    row(name, Map.of(Route.STATEMENT, BLOCKS), script);
  }

  void row(String name, Map<Route, String> expected, JdbcRun.Script script) {
    Map<Route, Expectation> parsed = new EnumMap<>(Route.class);
    expected.forEach((route, text) -> parsed.put(route, SituationFile.expectation(text)));
    rows.add(new Situation(name, JdbcRun.program(script), 0, 99, 0, List.of(), parsed));
  }
}
