package org.relevo.proxy.sql;

import java.util.List;

/// A function that a statement calls by name or by a keyword of the grammar.
///
/// @param arguments how many are written, named and variadic ones included; -1 for `f(*)`
/// @param literals the arguments that are plain constants, by position; "" where it is none
public record FunctionCall(QualifiedName name, int arguments, List<String> literals) {
  public FunctionCall {
    literals = List.copyOf(literals);
  }
}
