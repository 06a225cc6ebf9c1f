package org.relevo.jmx.benchmark;

import java.util.List;
import java.util.Map;
import org.relevo.jmx.benchmark.script.Prng;
import org.relevo.jmx.benchmark.script.Script;
import org.relevo.jmx.benchmark.script.Value;
import org.relevo.jmx.benchmark.wire.Protocol;

/// What each client of a run does.
///
/// @param transactions of each client; 0 for as many as there is time
/// @param rate transactions a second of all clients; 0 for as many as there can be
/// @param latencyLimitNanos 0 for none
/// @param variables that all clients begin with
record Work(
    List<Script> scripts,
    Protocol protocol,
    long transactions,
    double rate,
    long latencyLimitNanos,
    Map<String, Value> variables) {
  Work {
    scripts = List.copyOf(scripts);
    variables = Map.copyOf(variables);
  }

  /// One of the scripts, by weight.
  Script draw(Prng prng) {
    if (scripts.size() == 1) {
      return scripts.getFirst();
    }
    int all = scripts.stream().mapToInt(Script::weight).sum();
    double place = prng.real() * all;
    for (Script script : scripts) {
      place -= script.weight();
      if (place < 0) {
        return script;
      }
    }
    return scripts.getLast();
  }
}
