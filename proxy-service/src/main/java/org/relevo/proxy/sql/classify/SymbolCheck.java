package org.relevo.proxy.sql.classify;

import java.util.List;

/// Start-up self-test of [Symbols]: each probed symbol has to stand at just these pieces of texts
/// that are unlike its probe. A grammar in which a probe found another symbol is not used at all.
final class SymbolCheck {
  private static final String READS =
      "SELECT a.f(x.y, (z).w, c::s.t), current_date, coalesce(1, 2) "
          + "FROM ONLY (p.q) AS o, LATERAL g(1) AS l, (SELECT * FROM h) i "
          + "LEFT JOIN j USING (k) WHERE m IN (SELECT date '2000-01-01' FROM n)";
  private static final String LOCKS =
      "SELECT * FROM (SELECT * FROM a FOR SHARE) b, c WHERE d > 1 FOR NO KEY UPDATE OF b, c NOWAIT";
  private static final String WRITES =
      "WITH a AS (DELETE FROM b.c AS d WHERE e = 1 RETURNING *), f(g) AS (VALUES (1)) "
          + "INSERT INTO h AS i (j) SELECT k FROM a, l ON CONFLICT (m) DO UPDATE SET n = 1";
  private static final String CREATES =
      "CREATE TABLE a.b (c d.e DEFAULT f(), g text REFERENCES h) INHERITS (i)";
  private static final String INTO =
      "SELECT 1 AS a INTO TEMP b.c FROM d UNION SELECT 2 FROM e ORDER BY 1";

  private final Symbols symbols;

  private SymbolCheck(Symbols symbols) {
    this.symbols = symbols;
  }

  /// @throws IllegalStateException when a symbol stands for something else
  static void run(Symbols symbols, int major) {
    SymbolCheck check = new SymbolCheck(symbols);
    check.is(Symbols.RELATION, READS, "p.q", "h", "j", "n");
    check.is(Symbols.CALL, READS, "a.f(x.y, (z).w, c::s.t)", "g(1)");
    check.is(Symbols.KEYWORD_CALL, READS, "current_date", "coalesce(1, 2)");
    check.is(Symbols.COLUMN, READS, "x.y", "z", "c", "m");
    check.is(Symbols.INDIRECTION, READS, ".w");
    check.is(Symbols.TYPE, READS, "s.t");
    check.is(Symbols.CONSTANT, READS, "1", "2", "1", "date '2000-01-01'");
    check.none(READS, Symbols.TARGET, Symbols.INTO, Symbols.LOCKING, Symbols.WRITING);
    check.is(Symbols.LOCKING, LOCKS, "FOR SHARE", "FOR NO KEY UPDATE OF b, c NOWAIT");
    check.is(Symbols.LOCKED, LOCKS, "OF b, c");
    check.is(Symbols.RELATION, LOCKS, "a", "c", "b", "c");
    check.is(Symbols.WITH_QUERY, WRITES, WRITES.substring(5, 59 - 2), "f(g) AS (VALUES (1))");
    check.is(Symbols.WITH, WRITES, WRITES.substring(0, WRITES.indexOf(" INSERT")));
    check.is(Symbols.TARGET, WRITES, "b.c AS d", "h AS i");
    check.is(Symbols.RELATION, WRITES, "b.c", "h", "a", "l");
    check.is(
        Symbols.WRITING, WRITES, "DELETE FROM b.c AS d WHERE e = 1 RETURNING *", WRITES);
    check.is(Symbols.QUERY, WRITES, "VALUES (1)", "SELECT k FROM a, l");
    check.is(Symbols.RELATION, CREATES, "a.b", "h", "i");
    check.is(Symbols.TYPE, CREATES, "d.e", "text");
    check.is(Symbols.CALL, CREATES, "f()");
    check.is(Symbols.INTO, INTO, "INTO TEMP b.c");
    check.is(Symbols.RELATION, INTO, "b.c", "d", "e");
    check.none("LOCK TABLE a, b IN SHARE MODE", Symbols.TARGET, Symbols.LOCKING, Symbols.INTO);
    check.none("CREATE FUNCTION f(a.b, c int) RETURNS d LANGUAGE sql AS ''", Symbols.CALL);
    if (major >= 15) {
      String merge = "MERGE INTO a AS b USING c ON true WHEN MATCHED THEN UPDATE SET d = 1";
      check.is(Symbols.WRITING, merge, merge);
      check.is(Symbols.TARGET, merge, "a AS b");
      check.is(Symbols.RELATION, merge, "a", "c");
    }
  }

  private void is(byte action, String text, String... expected) {
    List<String> found = symbols.pieces(action, text);
    if (!found.equals(List.of(expected))) {
      throw new IllegalStateException(
          "action %d is at %s instead of %s in: %s"
              .formatted(action, found, List.of(expected), text));
    }
  }

  private void none(String text, byte... actions) {
    for (byte action : actions) {
      is(action, text);
    }
  }
}
