package org.relevo.proxy.sql.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.SessionSyntax.Bytes;
import org.relevo.proxy.sql.grammar.GrammarTables;

/// Every statement of the table says what it should, in all versions that have its syntax.
class StatementTableTest {
  private final StatementClassifier classifier = new StatementClassifier();

  @Test
  void statementsAreWhatTheTableSays() {
    List<StatementTable.Row> rows = StatementTable.rows();
    assertTrue(rows.size() > 350, "the table is there");
    List<String> wrong = new ArrayList<>();
    for (StatementTable.Row row : rows) {
      for (int major = row.since(); major <= GrammarTables.NEWEST; major++) {
        String found = classify(row.sql(), major);
        if (!found.equals(row.expected())) {
          wrong.add("line %d, version %d: %s".formatted(row.line(), major, found));
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  /// Twice, since the second answer may come from the cache.
  private String classify(String sql, int major) {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    SessionSyntax syntax = new SessionSyntax(major, true, Bytes.UTF8);
    classifier.classify(bytes, bytes.length, syntax);
    return ClassText.of(classifier.classify(bytes, bytes.length, syntax), sql);
  }
}
