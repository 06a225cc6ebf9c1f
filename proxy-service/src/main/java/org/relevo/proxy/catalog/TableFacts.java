package org.relevo.proxy.catalog;

import java.util.List;
import org.relevo.proxy.sql.QualifiedName;

/// What happens beside a statement's own words when a table is written. Immutable.
///
/// @param primaryKey columns in the key's order; empty for none
/// @param triggers without those of foreign keys
/// @param rules whether a rule changes what INSERT, UPDATE or DELETE do
public record TableFacts(
    List<Column> columns, List<String> primaryKey, List<Trigger> triggers, boolean rules) {
  public TableFacts {
    columns = List.copyOf(columns);
    primaryKey = List.copyOf(primaryKey);
    triggers = List.copyOf(triggers);
  }

  /// What a column gets that no value is written for; the worst of all that its expression calls.
  public enum Value {
    NONE,
    CONSTANT,
    STABLE,
    VOLATILE,
    /// From nextval.
    SEQUENCE,
    IDENTITY,
    GENERATED
  }

  public record Column(String name, Value value) {}

  /// @param enabled whether it fires in an ordinary session
  public record Trigger(String name, QualifiedName function, boolean enabled) {}
}
