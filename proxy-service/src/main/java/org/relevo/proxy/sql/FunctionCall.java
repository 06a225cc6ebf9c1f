package org.relevo.proxy.sql;

import java.util.List;

/// A function that a statement calls by name or by a keyword of the grammar. CURRENT_TIMESTAMP and
/// its like are told as the function of pg_catalog that answers the same (`now`, `current_user`,
/// `current_database` …). Functions with a syntax of their own that are immutable or stable ones of
/// pg_catalog (`extract`, `trim`, AT TIME ZONE) are not told.
///
/// @param arguments how many are written, named and variadic ones included; -1 for `f(*)`
/// @param literals the first four arguments' plain constants, by position; "" where it is none; no
///   item at all when there is none, or in a statement of very many calls ([#literal])
public record FunctionCall(QualifiedName name, int arguments, List<String> literals) {
  public FunctionCall {
    literals = List.copyOf(literals);
  }

  /// The constant at this position, counted from 0; "" for none.
  public String literal(int position) {
    return position < literals.size() ? literals.get(position) : "";
  }
}
