package org.relevo.proxy.determinism;

import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.grammar.SqlLexer;

/// A statement with its text.
///
/// Owner: the caller of the planner, whose lexer it uses.
public final class PlannedText {
  private final SqlStatement statement;
  private final byte[] bytes;
  private final SqlLexer lexer;
  private final int major;
  private final boolean standardStrings;
  private @Nullable Tokens tokens;

  /// @param bytes the text that the statement's places are in; not changed
  /// @param lexer free for the time of planning
  /// @param major of the servers' version
  /// @param standardStrings value of `standard_conforming_strings`
  public PlannedText(
      SqlStatement statement, byte[] bytes, SqlLexer lexer, int major, boolean standardStrings) {
    this.statement = statement;
    this.bytes = bytes;
    this.lexer = lexer;
    this.major = major;
    this.standardStrings = standardStrings;
  }

  SqlStatement statement() {
    return statement;
  }

  /// Another statement of the same text.
  PlannedText of(SqlStatement other) {
    return new PlannedText(other, bytes, lexer, major, standardStrings);
  }

  Tokens tokens() {
    Tokens known = tokens;
    if (known == null) {
      known = new Tokens(lexer, bytes, statement.from(), statement.to(), major, standardStrings);
      tokens = known;
    }
    return known;
  }
}
