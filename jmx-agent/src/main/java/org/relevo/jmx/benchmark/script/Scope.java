package org.relevo.jmx.benchmark.script;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One client's variables and its source of chance.
///
/// Owner: the client's job.
public final class Scope {
  private final Map<String, Value> variables;
  private final Prng prng;

  /// @param variables copied
  public Scope(Map<String, Value> variables, Prng prng) {
    this.variables = new HashMap<>(variables);
    this.prng = prng;
  }

  public void set(String name, Value value) {
    variables.put(name, value);
  }

  public @Nullable Value find(String name) {
    return variables.get(name);
  }

  Value get(String name) {
    Value value = variables.get(name);
    if (value == null) {
      throw new ScriptException("undefined variable \"" + name + "\"");
    }
    return value.typed();
  }

  public Prng prng() {
    return prng;
  }
}
