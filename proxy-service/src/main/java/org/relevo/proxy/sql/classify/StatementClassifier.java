package org.relevo.proxy.sql.classify;

import java.util.Arrays;
import java.util.List;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementClass.Hints;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.sql.grammar.Fingerprint;
import org.relevo.proxy.sql.grammar.GrammarTables;
import org.relevo.proxy.sql.grammar.SqlParser;
import org.relevo.proxy.sql.grammar.SyntaxTree;
import org.relevo.proxy.sql.grammar.TokenKind;
import org.relevo.proxy.sql.grammar.TokenList;

/// Makes a [StatementClass] of a query string, in time that grows with its length (some 25 ns a
/// byte). Never throws for a text, whatever it is: what is not understood is
/// [StatementKind#UNKNOWN], to be treated as a write.
///
/// Texts up to [#MAX_ON_LOOP] bytes are for the event loop that read them; longer ones for another
/// thread, with a classifier of its own, while the client is not read. Answers of small texts are
/// kept and found again by their exact bytes ([AnswerCache]), never by a fingerprint, which could
/// be forged.
///
/// Owner: one thread. Load tables and symbols before an event loop needs them ([#warmUp]).
public final class StatementClassifier {
  /// What an event loop should read itself, about a millisecond.
  public static final int MAX_ON_LOOP = 32 * 1024;

  /// Longer texts are unknown.
  public static final int MAX_BYTES = 16 * 1024 * 1024;

  private final SqlParser parser = new SqlParser();
  private final AnswerCache cache = new AnswerCache();
  private final Fingerprint fingerprint = new Fingerprint();
  private final StatementReader reader;
  // Nodes of the statements, the last one first, and the first node below each.
  private int[] ends = new int[8];
  private int[] starts = new int[8];

  public StatementClassifier() {
    reader = new StatementReader(parser.tree());
  }

  /// Loads what all classifiers share for a server's version, some 20 ms of work.
  ///
  /// @throws IllegalStateException when the grammar is not as this service knows it
  public static void warmUp(int major) {
    Symbols.of(GrammarTables.of(major));
  }

  /// Reads the text in `bytes[0, length)`, which is not kept.
  public StatementClass classify(byte[] bytes, int length, SessionSyntax syntax) {
    if (length > AnswerCache.MAX_TEXT) {
      return read(bytes, length, syntax);
    }
    int hash = AnswerCache.hash(bytes, length);
    StatementClass known = cache.find(hash, bytes, length, syntax);
    if (known != null) {
      return known;
    }
    StatementClass made = read(bytes, length, syntax);
    FreeNumbers numbers = FreeNumbers.of(made, bytes, length, parser.tree().tokens());
    cache.seen(hash, bytes, length, numbers, syntax, made);
    return made;
  }

  /// As [#classify], but looks at no answers kept.
  StatementClass read(byte[] bytes, int length, SessionSyntax syntax) {
    int begin = HintReader.afterBlanks(bytes, 0, length);
    boolean comment = HintReader.isComment(bytes, begin, length);
    Hints hints = comment ? HintReader.read(bytes, begin, length) : Hints.NONE;
    if (length > MAX_BYTES
        || (syntax.bytes() == SessionSyntax.Bytes.UNSAFE && !isAscii(bytes, length))) {
      return unknown(length, hints, comment);
    }
    GrammarTables tables = GrammarTables.of(syntax.major());
    SqlParser.Outcome outcome = parser.parse(tables, bytes, 0, length, syntax.standardStrings());
    if (outcome != SqlParser.Outcome.ACCEPTED) {
      return unknown(length, hints, comment);
    }
    reader.begin(parser.tree(), Symbols.of(tables));
    if (syntax.bytes() == SessionSyntax.Bytes.ASCII_SAFE && reader.words().hasForeignName()) {
      return unknown(length, hints, comment);
    }
    try {
      List<SqlStatement> statements = statements();
      long shape = fingerprint.of(parser.tree().tokens());
      return new StatementClass(statements, true, hints, shape, comment, parameters());
    } catch (GivenUpException e) {
      reader.clear(true);
      return unknown(length, hints, comment);
    } finally {
      if (length > MAX_ON_LOOP) {
        reader.clear(true);
        ends = new int[8];
        starts = new int[8];
      }
    }
  }

  private static StatementClass unknown(int length, Hints hints, boolean comment) {
    return new StatementClass(
        List.of(SqlStatement.bare(StatementKind.UNKNOWN, 0, length, false)),
        false,
        hints,
        0,
        comment,
        0);
  }

  private static boolean isAscii(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private List<SqlStatement> statements() {
    SyntaxTree tree = parser.tree();
    Symbols symbols = Symbols.of(tree.tables());
    int count = 0;
    int at = tree.root();
    while (at >= 0 && tree.symbol(at) != symbols.statements) {
      at = tree.firstChild(at);
    }
    while (at >= 0) {
      // A list of all but the last statement, and that one; or the first one.
      int left = tree.firstChild(at);
      boolean more = tree.symbol(left) == symbols.statements;
      int statement = more ? lastNode(tree, left) : left;
      if (!tree.isEmpty(statement)) {
        if (count == ends.length) {
          ends = Arrays.copyOf(ends, count * 2);
          starts = Arrays.copyOf(starts, count * 2);
        }
        starts[count] = more ? left + 1 : 0;
        ends[count++] = statement;
      }
      at = more ? left : -1;
    }
    if (count == 1) {
      return List.of(reader.read(ends[0], starts[0]));
    }
    if (count == 0) {
      return List.of(SqlStatement.bare(StatementKind.EMPTY, 0, 0, true));
    }
    SqlStatement[] statements = new SqlStatement[count];
    for (int i = 0; i < count; i++) {
      statements[i] = reader.read(ends[count - 1 - i], starts[count - 1 - i]);
    }
    return List.of(statements);
  }

  /// The highest number of a `$n`.
  private int parameters() {
    TokenList tokens = parser.tree().tokens();
    int highest = 0;
    for (int token = 0; token < tokens.size(); token++) {
      if (tokens.kind(token) == TokenKind.PARAMETER) {
        long number = 0;
        for (int at = tokens.start(token) + 1; at < tokens.end(token); at++) {
          number = Math.min(number * 10 + tokens.text()[at] - '0', Integer.MAX_VALUE);
        }
        highest = Math.max(highest, (int) number);
      }
    }
    return highest;
  }

  private static int lastNode(SyntaxTree tree, int child) {
    int last = child;
    for (int next = child; next != SyntaxTree.NONE; next = tree.nextSibling(next)) {
      last = next;
    }
    return last;
  }
}
