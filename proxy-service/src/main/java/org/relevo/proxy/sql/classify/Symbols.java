package org.relevo.proxy.sql.classify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.sql.grammar.GrammarTables;
import org.relevo.proxy.sql.grammar.SqlParser;
import org.relevo.proxy.sql.grammar.SyntaxTree;

/// What the [StatementWalk] does at a node of each symbol, in one version's grammar. The tables
/// have no names, so a symbol is "the lowest node exactly over `a.b` in `SELECT * FROM a.b`"; the
/// self-test makes sure that it stands in other texts where it should, and not where it should not.
/// Immutable and shared.
final class Symbols {
  static final byte NOTHING = 0;
  static final byte RELATION = 1;

  /// The relation that INSERT, UPDATE, DELETE or MERGE changes.
  static final byte TARGET = 2;

  static final byte INTO = 3;

  /// FOR UPDATE and its like.
  static final byte LOCKING = 4;

  /// OF … in it: names of the query, no relations.
  static final byte LOCKED = 5;

  static final byte WITH = 6;

  /// One query of a WITH.
  static final byte WITH_QUERY = 7;

  static final byte CALL = 8;

  /// CURRENT_TIMESTAMP, TREAT (…), COALESCE (…).
  static final byte KEYWORD_CALL = 9;

  static final byte WRITING = 10;
  static final byte QUERY = 11;

  /// `a.b` in an expression.
  static final byte COLUMN = 12;

  /// `.b` behind an expression.
  static final byte INDIRECTION = 13;

  static final byte TYPE = 14;

  /// A constant: `1`, `date '…'`.
  static final byte CONSTANT = 15;

  private static final AtomicReferenceArray<@Nullable Symbols> MADE =
      new AtomicReferenceArray<>(GrammarTables.NEWEST + 1);

  final int statements;
  final int arguments;
  final int argument;
  final int functionName;
  private final byte[] actions = new byte[1024];
  private final StatementKind[] kinds = new StatementKind[1024];
  private final SqlParser parser = new SqlParser();
  private final GrammarTables tables;

  /// Of this version; probed when first asked for.
  ///
  /// @throws IllegalStateException when a probe fails
  static Symbols of(GrammarTables tables) {
    Symbols made = MADE.get(tables.major());
    if (made == null) {
      made = new Symbols(tables);
      MADE.set(tables.major(), made);
    }
    return made;
  }

  private Symbols(GrammarTables tables) {
    this.tables = tables;
    statements = over("CHECKPOINT; CHECKPOINT", "CHECKPOINT; CHECKPOINT").getFirst();
    arguments = over("SELECT f(1, 2)", "1, 2").getFirst();
    argument = over("SELECT f(a := 1)", "a := 1").getFirst();
    functionName = over("SELECT a.f(1)", "a.f").getFirst();
    probeNames();
    probeStatements();
    SymbolCheck.run(this, tables.major());
    parser.trim();
  }

  private void probeNames() {
    is(RELATION, "SELECT * FROM a.b", "a.b");
    is(TARGET, "INSERT INTO a.b VALUES (1)", "a.b", 1);
    is(TARGET, "UPDATE a AS b SET c = 1", "a AS b");
    is(INTO, "SELECT 1 INTO x FROM y", "INTO x");
    is(LOCKING, "SELECT 1 FROM a FOR UPDATE OF a", "FOR UPDATE OF a");
    is(LOCKED, "SELECT 1 FROM a FOR UPDATE OF a", "OF a");
    is(WITH, "WITH c AS (SELECT 1) SELECT 2", "WITH c AS (SELECT 1)");
    is(WITH_QUERY, "WITH c AS (SELECT 1) SELECT 2", "c AS (SELECT 1)");
    is(CALL, "SELECT f(1) + 2", "f(1)");
    is(KEYWORD_CALL, "SELECT current_timestamp + a", "current_timestamp");
    is(COLUMN, "SELECT a.b + 1", "a.b");
    is(INDIRECTION, "SELECT (a).b", ".b", 1);
    is(TYPE, "SELECT CAST(1 AS a.b)", "a.b");
    is(CONSTANT, "SELECT a 'x' || 1", "a 'x'");
  }

  private void probeStatements() {
    List<Integer> select = over("SELECT 1", "SELECT 1");
    int statement = -1;
    List<Integer> other = over("CHECKPOINT", "CHECKPOINT");
    for (int symbol : select) {
      if (other.contains(symbol)) {
        statement = symbol;
        break;
      }
    }
    int top = below(select, statement);
    kinds[top] = StatementKind.SELECT;
    // SelectStmt has below it select_no_parens, which is what sub-queries have too.
    actions[below(over("WITH c AS (SELECT 1) SELECT 2", "WITH c AS (SELECT 1) SELECT 2"), top)] =
        QUERY;
    writing(StatementKind.INSERT, statement, "INSERT INTO a VALUES (1)");
    writing(StatementKind.UPDATE, statement, "UPDATE a SET b = 1");
    writing(StatementKind.DELETE, statement, "DELETE FROM a");
    if (tables.major() >= 15) {
      writing(
          StatementKind.MERGE, statement, "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE");
    }
  }

  private void writing(StatementKind kind, int statement, String probe) {
    int symbol = below(over(probe, probe), statement);
    kinds[symbol] = kind;
    actions[symbol] = WRITING;
  }

  private static int below(List<Integer> symbols, int above) {
    return symbols.get(symbols.indexOf(above) - 1);
  }

  private void is(byte action, String probe, String piece) {
    is(action, probe, piece, 0);
  }

  private void is(byte action, String probe, String piece, int height) {
    int symbol = over(probe, piece).get(height);
    if (actions[symbol] != NOTHING) {
      throw new IllegalStateException(
          "one symbol for %d and %d: %s".formatted(actions[symbol], action, probe));
    }
    actions[symbol] = action;
  }

  /// Symbols of the nodes that are exactly over a piece of a text, lowest first.
  ///
  /// @param piece its first occurrence counts
  private List<Integer> over(String text, String piece) {
    int from = text.indexOf(piece);
    SyntaxTree tree = parse(text);
    List<Integer> symbols = new ArrayList<>();
    for (int node = 0; node < tree.nodes(); node++) {
      if (!tree.isEmpty(node)
          && tree.from(node) == from
          && tree.to(node) == from + piece.length()) {
        symbols.add(tree.symbol(node));
      }
    }
    if (symbols.isEmpty()) {
      throw new IllegalStateException("no node over " + piece + " in: " + text);
    }
    return symbols;
  }

  private SyntaxTree parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SqlParser.Outcome outcome = parser.parse(tables, bytes, 0, bytes.length, true);
    if (outcome != SqlParser.Outcome.ACCEPTED) {
      throw new IllegalStateException("version " + tables.major() + " refuses: " + text);
    }
    return parser.tree();
  }

  /// What to do at a node of this symbol.
  byte action(int symbol) {
    return actions[symbol];
  }

  /// Of a SELECT, INSERT, UPDATE, DELETE or MERGE by its symbol; null for others.
  @Nullable StatementKind kind(int symbol) {
    return kinds[symbol];
  }

  /// Pieces of a text at which an action is taken, in order of their ends.
  List<String> pieces(byte action, String text) {
    SyntaxTree tree = parse(text);
    List<String> pieces = new ArrayList<>();
    for (int node = 0; node < tree.nodes(); node++) {
      if (actions[tree.symbol(node)] == action && !tree.isEmpty(node)) {
        pieces.add(text.substring(tree.from(node), tree.to(node)));
      }
    }
    return pieces;
  }
}
