package org.relevo.proxy.determinism;

import java.util.List;
import org.relevo.proxy.sql.QualifiedName;

/// What an INSERT, UPDATE or DELETE is made of, as far as carrying its effect needs it. Immutable.
///
/// @param alias what the target's columns are called by in RETURNING; as written
/// @param columns that an INSERT names or an UPDATE sets; empty for an INSERT that names none
/// @param values whether all values stand in the text: VALUES or SET without a query
/// @param defaults whether DEFAULT is written somewhere
/// @param keys columns that WHERE compares with constants, all of them ANDed; empty when WHERE is
///   anything else
/// @param returning whether it has a RETURNING
/// @param conflict whether an INSERT has ON CONFLICT
/// @param updates whether its ON CONFLICT updates
/// @param bounded whether the text has anything but the target: a query, FROM, USING, WITH
public record WriteShape(
    Action action,
    QualifiedName table,
    String alias,
    List<String> columns,
    boolean values,
    boolean defaults,
    List<String> keys,
    boolean returning,
    boolean conflict,
    boolean updates,
    boolean bounded) {
  /// What it does to rows.
  public enum Action {
    INSERT,
    UPDATE,
    DELETE
  }

  public WriteShape {
    columns = List.copyOf(columns);
    keys = List.copyOf(keys);
  }
}
