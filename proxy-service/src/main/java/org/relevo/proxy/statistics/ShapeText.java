package org.relevo.proxy.statistics;

import org.relevo.proxy.sql.grammar.Fingerprint;
import org.relevo.proxy.sql.grammar.GrammarTables;
import org.relevo.proxy.sql.grammar.SqlLexer;

/// The shape of a statement for people, without any of its values.
///
/// Owner: one event loop.
final class ShapeText {
  /// Of texts that are not known to be SQL: nobody knows what in them is a value.
  static final String UNKNOWN = "(not understood)";

  /// Characters of a shape.
  static final int MAX_CHARACTERS = 200;

  /// What is read of a text. A value that is cut here is left out as any other.
  private static final int MAX_BYTES = 2048;

  private final SqlLexer lexer = new SqlLexer();
  private final Fingerprint fingerprint = new Fingerprint();

  /// @param text ends at a zero byte or at the length
  String of(byte[] text, int length, boolean standardStrings) {
    int end = 0;
    while (end < length && end < MAX_BYTES && text[end] != 0) {
      end++;
    }
    var _ = lexer.scan(text, 0, end, GrammarTables.NEWEST, standardStrings);
    var _ = fingerprint.of(lexer.tokens());
    String shape = fingerprint.text(MAX_CHARACTERS);
    lexer.trim();
    return shape;
  }
}
