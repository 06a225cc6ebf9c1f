package org.relevo.jmx.contract;

import java.util.List;

/// What came of reading the configuration file again.
///
/// @param applied whether it counts now
/// @param problems why nothing of it was taken over, each as `file:line: setting: what, way out`
/// @param warnings what its writer should know, ignored directives included
public record ConfigOutcome(
    boolean applied, List<ConfigChange> changes, List<String> problems, List<String> warnings) {
  public ConfigOutcome {
    changes = List.copyOf(changes);
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }
}
