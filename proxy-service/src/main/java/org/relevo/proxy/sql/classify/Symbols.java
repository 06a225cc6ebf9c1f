package org.relevo.proxy.sql.classify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.sql.grammar.GrammarSymbols;
import org.relevo.proxy.sql.grammar.GrammarTables;
import org.relevo.proxy.sql.grammar.SqlParser;
import org.relevo.proxy.sql.grammar.Symbol;
import org.relevo.proxy.sql.grammar.SyntaxTree;

/// What the [StatementWalk] does at a node of each symbol, in one version's grammar. Most symbols
/// have a name ([Symbol]); four more are found here, each as "the lowest node exactly over a piece
/// of a text", and checked by another text. Immutable and shared.
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

  /// A type that is no keyword.
  static final byte TYPE = 14;

  /// A constant: `1`, `date '…'`.
  static final byte CONSTANT = 15;

  private static final AtomicReferenceArray<@Nullable Symbols> MADE =
      new AtomicReferenceArray<>(GrammarTables.NEWEST + 1);

  final int statements;
  final int arguments;
  final int argument;
  final int functionName;
  private final byte[] actions;
  private final @Nullable StatementKind[] kinds;
  private final GrammarTables tables;

  /// Of this version; found when first asked for.
  ///
  /// @throws IllegalStateException when a symbol is not where it should be
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
    actions = new byte[tables.nonterminals()];
    kinds = new StatementKind[tables.nonterminals()];
    GrammarSymbols named = tables.symbols();
    arguments = named.id(Symbol.ARGUMENTS);
    argument = named.id(Symbol.ARGUMENT);
    functionName = named.id(Symbol.FUNCTION_NAME);
    at(named, Symbol.QUALIFIED_NAME, RELATION);
    at(named, Symbol.INSERT_TARGET, TARGET);
    at(named, Symbol.CHANGED_RELATION, TARGET);
    at(named, Symbol.INTO, INTO);
    at(named, Symbol.LOCKING, LOCKING);
    at(named, Symbol.WITH, WITH);
    at(named, Symbol.COMMON_TABLE, WITH_QUERY);
    at(named, Symbol.CALL_EXPRESSION, CALL);
    at(named, Symbol.KEYWORD_CALL, KEYWORD_CALL);
    at(named, Symbol.SELECT, QUERY);
    at(named, Symbol.SUBQUERY, QUERY);
    at(named, Symbol.COLUMN, COLUMN);
    at(named, Symbol.CONSTANT, CONSTANT);
    at(named, Symbol.INSERT, WRITING);
    at(named, Symbol.UPDATE, WRITING);
    at(named, Symbol.DELETE, WRITING);
    kinds[named.id(Symbol.SELECT)] = StatementKind.SELECT;
    kinds[named.id(Symbol.INSERT)] = StatementKind.INSERT;
    kinds[named.id(Symbol.UPDATE)] = StatementKind.UPDATE;
    kinds[named.id(Symbol.DELETE)] = StatementKind.DELETE;
    if (named.id(Symbol.MERGE) != GrammarSymbols.ABSENT) {
      at(named, Symbol.MERGE, WRITING);
      kinds[named.id(Symbol.MERGE)] = StatementKind.MERGE;
    }
    SqlParser parser = new SqlParser();
    statements = over(parser, "CHECKPOINT; CHECKPOINT", "CHECKPOINT; CHECKPOINT", 0);
    at(over(parser, "SELECT 1 FROM a FOR UPDATE OF a", "OF a", 0), LOCKED);
    at(over(parser, "SELECT (a).b", ".b", 1), INDIRECTION);
    at(over(parser, "SELECT CAST(1 AS a.b)", "a.b", 0), TYPE);
    checkOwn(parser);
  }

  private void at(GrammarSymbols named, Symbol symbol, byte action) {
    at(named.id(symbol), action);
  }

  private void at(int symbol, byte action) {
    if (actions[symbol] != NOTHING) {
      throw new IllegalStateException(
          "one symbol for actions %d and %d in version %d"
              .formatted(actions[symbol], action, tables.major()));
    }
    actions[symbol] = action;
  }

  private void checkOwn(SqlParser parser) {
    String text =
        "SELECT x.y, (z).w.v[1], c::s.t, d::int, e::numeric(3), f::text FROM (SELECT * FROM b "
            + "FOR SHARE) a, g WHERE h.i > 1 FOR NO KEY UPDATE OF a, g NOWAIT";
    check(parser, LOCKED, text, "OF a, g");
    check(parser, INDIRECTION, text, ".w", ".w.v", ".w.v[1]");
    check(parser, TYPE, text, "s.t", "text");
    String other = "CREATE FUNCTION f(a.b, c int) RETURNS d AS '' LANGUAGE sql";
    check(parser, LOCKED, other);
    check(parser, INDIRECTION, other);
    check(parser, CALL, other);
    parse(parser, "SELECT 1; ; SELECT 2;");
    SyntaxTree tree = parser.tree();
    int statement = -1;
    for (int node = 0; node < tree.nodes(); node++) {
      if (tree.symbol(node) == statements) {
        statement = node;
      }
    }
    if (statement < 0 || tree.firstToken(statement) != 0 || tree.endToken(statement) != 7) {
      throw new IllegalStateException("no list of statements in version " + tables.major());
    }
  }

  private void check(SqlParser parser, byte action, String text, String... expected) {
    SyntaxTree tree = parse(parser, text);
    List<String> pieces = new ArrayList<>();
    for (int node = 0; node < tree.nodes(); node++) {
      if (actions[tree.symbol(node)] == action && !tree.isEmpty(node)) {
        pieces.add(text.substring(tree.from(node), tree.to(node)));
      }
    }
    if (!pieces.equals(List.of(expected))) {
      throw new IllegalStateException(
          "version %d has action %d at %s in: %s".formatted(tables.major(), action, pieces, text));
    }
  }

  /// The symbol of the node that is exactly over a piece of a text, the lowest or one above.
  private int over(SqlParser parser, String text, String piece, int height) {
    int from = text.indexOf(piece);
    SyntaxTree tree = parse(parser, text);
    int above = height;
    for (int node = 0; node < tree.nodes(); node++) {
      boolean exact =
          !tree.isEmpty(node) && tree.from(node) == from && tree.to(node) == from + piece.length();
      if (exact && above-- == 0) {
        return tree.symbol(node);
      }
    }
    throw new IllegalStateException("no node over " + piece + " in: " + text);
  }

  private SyntaxTree parse(SqlParser parser, String text) {
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
}
