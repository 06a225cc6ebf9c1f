package org.relevo.proxy.sql;

import java.util.List;

/// A query string by its syntax: its statements and what they touch. Immutable, so it is kept with
/// prepared statements and may be read by any thread.
///
/// @param statements in order, empty ones left out; one [StatementKind#EMPTY] when there is none,
///   one [StatementKind#UNKNOWN] when it was not understood
/// @param parsed false when the text is no SQL of the server's version, too long or too deep: it
///   goes to the primary, which words the error
/// @param hints comments that speak to the service
/// @param fingerprint of the text with constants left out; equal texts have equal ones, unequal
///   ones may, so it serves statistics and never decides
/// @param leadingComment whether the text begins with a comment
/// @param parameters highest number of a `$n`
public record StatementClass(
    List<SqlStatement> statements,
    boolean parsed,
    Hints hints,
    long fingerprint,
    boolean leadingComment,
    int parameters) {
  /// `/*NO LOAD BALANCE*/` and `/*+ relevo: node=standby */`.
  ///
  /// @param noLoadBalance the first, at the beginning of the text
  /// @param node what the second asks for: `primary`, `standby`, a node's id or name; "" for none
  public record Hints(boolean noLoadBalance, String node) {
    public static final Hints NONE = new Hints(false, "");
  }

  public StatementClass {
    statements = List.copyOf(statements);
  }

  public StatementClass(
      List<SqlStatement> statements,
      boolean parsed,
      Hints hints,
      long fingerprint,
      boolean leadingComment) {
    this(statements, parsed, hints, fingerprint, leadingComment, 0);
  }

  /// A text of which nothing is known: a write.
  public static StatementClass unknown(int length) {
    return new StatementClass(
        List.of(SqlStatement.bare(StatementKind.UNKNOWN, 0, length, false)),
        false,
        Hints.NONE,
        0,
        false);
  }

  public boolean single() {
    return statements.size() == 1;
  }

  public SqlStatement first() {
    return statements.getFirst();
  }
}
