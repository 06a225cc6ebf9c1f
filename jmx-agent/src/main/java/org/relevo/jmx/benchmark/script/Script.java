package org.relevo.jmx.benchmark.script;

import java.util.List;

/// A script that can be run.
///
/// @param name as people call it
/// @param weight how often it is drawn in relation to others
public record Script(String name, String text, int weight, List<Command> commands) {
  public Script {
    commands = List.copyOf(commands);
  }
}
