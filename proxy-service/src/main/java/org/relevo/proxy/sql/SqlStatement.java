package org.relevo.proxy.sql;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one statement of a query string is and touches, as far as syntax tells. Immutable.
///
/// @param from first byte of its first token in the string
/// @param to behind its last token, the semicolon excluded
/// @param readOnly whether nothing in its syntax writes, locks rows or makes objects: no DML in a
///   WITH, no INTO, no FOR UPDATE or SHARE at any depth; what functions do is not known here. For
///   EXPLAIN, PREPARE, DECLARE and COPY of a query it tells of what they run
/// @param reads relations that are read, names of WITH queries left out
/// @param writes relations that are written or locked
/// @param functions that are called, operators and casts left out
/// @param operators that are used, by name, when they are not among the built-in ones' names
/// @param settings what it changes: SET, RESET, modes of BEGIN and SET TRANSACTION
/// @param name of a prepared statement, cursor, savepoint, channel or prepared transaction; "" for
///   none or all; of SHOW and DISCARD the word that they are about ("all", "timezone", "plans")
/// @param lockMode of LOCK TABLE, upper case without MODE ("ACCESS EXCLUSIVE"); "" elsewhere
/// @param analyzes whether it is an EXPLAIN that runs the statement
/// @param inner what EXPLAIN, PREPARE, DECLARE, COPY (query) and CREATE TABLE AS run; the lists of
///   the outer statement hold what it touches too, except that an EXPLAIN which runs nothing has no
///   writes, functions, operators and details, and has among its reads what would be written
/// @param details more than most statements have
public record SqlStatement(
    StatementKind kind,
    int from,
    int to,
    boolean readOnly,
    List<QualifiedName> reads,
    List<QualifiedName> writes,
    List<FunctionCall> functions,
    List<QualifiedName> operators,
    List<SettingChange> settings,
    String name,
    String lockMode,
    boolean analyzes,
    @Nullable SqlStatement inner,
    SqlDetails details) {
  public SqlStatement {
    reads = List.copyOf(reads);
    writes = List.copyOf(writes);
    functions = List.copyOf(functions);
    operators = List.copyOf(operators);
    settings = List.copyOf(settings);
  }

  public SqlStatement(
      StatementKind kind,
      int from,
      int to,
      boolean readOnly,
      List<QualifiedName> reads,
      List<QualifiedName> writes,
      List<FunctionCall> functions,
      List<QualifiedName> operators,
      List<SettingChange> settings,
      String name,
      String lockMode,
      boolean analyzes,
      @Nullable SqlStatement inner) {
    this(
        kind,
        from,
        to,
        readOnly,
        reads,
        writes,
        functions,
        operators,
        settings,
        name,
        lockMode,
        analyzes,
        inner,
        SqlDetails.NONE);
  }

  /// A statement of which nothing but its kind and place is known.
  public static SqlStatement bare(StatementKind kind, int from, int to, boolean readOnly) {
    return new SqlStatement(
        kind, from, to, readOnly, List.of(), List.of(), List.of(), List.of(), List.of(), "", "",
        false, null);
  }

  /// Value that the statement sets, if it sets this one.
  public Optional<String> sets(String setting) {
    for (SettingChange change : settings) {
      if (change.name().equals(setting)) {
        return Optional.of(change.value());
      }
    }
    return Optional.empty();
  }
}
