package org.relevo.jmx.benchmark.script;

/// Something that has a value.
@FunctionalInterface
public interface Expression {
  /// @throws ScriptException when there is none
  Value value(Scope scope);
}
