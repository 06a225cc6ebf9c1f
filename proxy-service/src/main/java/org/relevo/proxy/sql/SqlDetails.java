package org.relevo.proxy.sql;

import java.util.List;

/// More of what a statement's syntax tells, mostly nothing.
///
/// @param temporary whether it makes a temporary table, view or sequence (the first of
///   [SqlStatement#writes()])
/// @param attributes names written behind a dot, as `b` in `a.b` or `(x).b`: where the relation has
///   no such column PostgreSQL calls the function of that name with the whole row, which the text
///   does not show
/// @param types named in casts, typed constants and definitions, when they are not among the
///   built-in ones: their input functions, casts and domain checks run
/// @param spots values that differ each time, by their order in the text
public record SqlDetails(
    boolean temporary, List<String> attributes, List<QualifiedName> types, List<Spot> spots) {
  public static final SqlDetails NONE = new SqlDetails(false, List.of(), List.of(), List.of());

  public SqlDetails {
    attributes = List.copyOf(attributes);
    types = List.copyOf(types);
    spots = List.copyOf(spots);
  }
}
