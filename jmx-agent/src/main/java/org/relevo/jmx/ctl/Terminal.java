package org.relevo.jmx.ctl;

import java.io.Console;
import java.util.Optional;

/// Where a person can be asked.
@FunctionalInterface
interface Terminal {
  /// @return the answer, empty when nobody can be asked
  Optional<String> ask(String question);

  /// The process's own terminal.
  static Terminal ofProcess() {
    return question ->
        Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .map(console -> console.readLine("%s ", question));
  }
}
