package org.relevo.proxy.sql.classify;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SettingChange;
import org.relevo.proxy.sql.SqlDetails;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementKind;

/// A [SqlStatement] in the making, for statements that are more than a walk.
final class Draft {
  private final StatementKind kind;
  private final int from;
  private final int to;
  private final boolean readOnly;
  private List<QualifiedName> reads = List.of();
  private List<QualifiedName> writes = List.of();
  private List<FunctionCall> functions = List.of();
  private List<QualifiedName> operators = List.of();
  private List<SettingChange> settings = List.of();
  private String name = "";
  private String lockMode = "";
  private boolean analyzes;
  private @Nullable SqlStatement inner;
  private SqlDetails details = SqlDetails.NONE;

  /// @param from first byte
  /// @param to behind the last
  Draft(StatementKind kind, int from, int to, boolean readOnly) {
    this.kind = kind;
    this.from = from;
    this.to = to;
    this.readOnly = readOnly;
  }

  Draft named(String newName) {
    name = newName;
    return this;
  }

  Draft setting(List<SettingChange> changes) {
    settings = changes;
    return this;
  }

  Draft locking(String mode) {
    lockMode = mode;
    return this;
  }

  /// Touches what this one does too.
  Draft touching(SqlStatement other) {
    reads = both(reads, other.reads());
    writes = both(writes, other.writes());
    functions = both(functions, other.functions());
    operators = both(operators, other.operators());
    SqlDetails more = other.details();
    if (details.equals(SqlDetails.NONE)) {
      details = more;
    } else if (!more.equals(SqlDetails.NONE)) {
      details =
          new SqlDetails(
              details.temporary() || more.temporary(),
              both(details.attributes(), more.attributes()),
              both(details.types(), more.types()),
              both(details.spots(), more.spots()));
    }
    return this;
  }

  /// Has to find the relations of this one, but does not run it.
  ///
  /// @param evaluates whether it computes the expressions in it nevertheless
  Draft seeing(SqlStatement other, boolean evaluates) {
    reads = both(other.reads(), other.writes());
    if (evaluates) {
      functions = other.functions();
      operators = other.operators();
      details = other.details();
    }
    return this;
  }

  Draft holding(SqlStatement held, boolean runsIt) {
    inner = held;
    analyzes = runsIt;
    return this;
  }

  private static <T> List<T> both(List<T> some, List<T> more) {
    if (some.isEmpty() || more.isEmpty()) {
      return some.isEmpty() ? more : some;
    }
    Set<T> all = new LinkedHashSet<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }

  SqlStatement done() {
    return new SqlStatement(
        kind, from, to, readOnly, reads, writes, functions, operators, settings, name, lockMode,
        analyzes, inner, details);
  }
}
