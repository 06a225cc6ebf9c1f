package org.relevo.jmx.benchmark.script;

import org.jspecify.annotations.Nullable;

/// One step of a script; conditions have become jumps.
public sealed interface Command {
  /// What becomes of a statement's columns.
  enum Keep {
    NOTHING,
    /// The one row of the last result.
    ROW,
    /// The last row of every result.
    ALL
  }

  /// @param prefix of the variables' names
  record Sql(SqlText text, Keep keep, String prefix) implements Command {}

  record SetVariable(String name, Expression expression) implements Command {}

  /// @param variable whose value says how long; null when `amount` does
  /// @param unitNanos what one is worth
  record Sleep(@Nullable String variable, long amount, long unitNanos) implements Command {
    private static final long LONGEST_NANOS = 1_000_000_000_000_000_000L;

    /// @throws ScriptException when the variable is not known, or is no number
    public long nanos(Scope scope) {
      if (variable == null) {
        return amount * unitNanos;
      }
      Value value = scope.find(variable);
      if (value == null) {
        throw new ScriptException("\\sleep: undefined variable \"" + variable + "\"");
      }
      return Math.clamp(value.asInt(), 0, LONGEST_NANOS / unitNanos) * unitNanos;
    }
  }

  /// Goes to the target when the condition does not hold.
  record Unless(Expression condition, int target) implements Command {}

  record Jump(int target) implements Command {}

  record StartPipeline() implements Command {}

  record SyncPipeline() implements Command {}

  record EndPipeline() implements Command {}
}
