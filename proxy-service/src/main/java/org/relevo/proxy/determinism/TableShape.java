package org.relevo.proxy.determinism;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a server says of a table that is written. Immutable.
///
/// @param name with its schema, quoted where that is needed
/// @param kind `relkind`: r, p, v, m, f …
/// @param temporary whether only the session has it
/// @param key columns of the primary key; empty for none
/// @param fires whether triggers of users, or rules, run when it is written: its own, of its
///   partitions and heirs, and of tables to which foreign keys pass the change on
public record TableShape(
    String name,
    char kind,
    boolean temporary,
    List<Column> columns,
    List<String> key,
    boolean fires) {
  private static final Pattern CONSTANT =
      Pattern.compile(
          "(?s)\\(?(?:'(?:[^']|'')*'|-?[0-9][0-9.eE+-]*|true|false|NULL)\\)?"
              + "(?:::[a-zA-Z0-9_\" \\[\\](),.]+)?");
  private static final Pattern NEXTVAL = Pattern.compile("nextval\\('((?:[^']|'')*)'::regclass\\)");

  /// What a column gets that no value is written for.
  public enum Value {
    CONSTANT,
    SEQUENCE,
    IDENTITY,
    GENERATED,
    /// Anything else: not the same everywhere, as far as is known.
    OTHER
  }

  /// @param sequence that it takes values from, as a regclass; empty for none
  public record Column(String name, Value value, Optional<String> sequence) {
    /// @param identity `attidentity`
    /// @param generated `attgenerated`
    /// @param expression its default as text, "" for none
    /// @param owned the sequence of an identity column, "" for none
    public static Column of(
        String name, String identity, String generated, String expression, String owned) {
      if (!identity.isBlank()) {
        return new Column(name, Value.IDENTITY, Optional.of(owned).filter(o -> !o.isEmpty()));
      }
      if (!generated.isBlank()) {
        return new Column(name, Value.GENERATED, Optional.empty());
      }
      if (expression.isEmpty() || constant(expression)) {
        return new Column(name, Value.CONSTANT, Optional.empty());
      }
      var nextval = NEXTVAL.matcher(expression);
      if (nextval.matches()) {
        return new Column(name, Value.SEQUENCE, Optional.of(nextval.group(1).replace("''", "'")));
      }
      return new Column(name, Value.OTHER, Optional.empty());
    }

    private static boolean constant(String expression) {
      return expression.length() < 4096
          && CONSTANT.matcher(expression).matches()
          && !expression
              .toLowerCase(java.util.Locale.ROOT)
              .matches("(?s).*\\b(now|today|tomorrow|yesterday)\\b.*");
    }
  }

  public TableShape {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /// Whether rows can be carried to the others one by one.
  boolean plain() {
    return (kind == 'r' || kind == 'p') && !fires;
  }

  /// Sequences that an INSERT may move.
  public List<String> sequences() {
    return columns.stream().flatMap(column -> column.sequence().stream()).distinct().toList();
  }

  /// Columns that values can be given to.
  public List<String> writable() {
    return columns.stream()
        .filter(column -> column.value() != Value.GENERATED)
        .map(Column::name)
        .toList();
  }
}
