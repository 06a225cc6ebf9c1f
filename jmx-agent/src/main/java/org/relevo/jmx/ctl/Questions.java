package org.relevo.jmx.ctl;

import java.util.Optional;

/// Asks before something is changed.
final class Questions {
  private Questions() {}

  /// @param without what to do where nobody can be asked
  static void confirm(Terminal terminal, String question, String without) {
    Optional<String> answer = terminal.ask(question);
    if (answer.isEmpty()) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "nobody can be asked here: " + without);
    }
    if (!answer.get().strip().equalsIgnoreCase("yes")) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "not confirmed, nothing was changed");
    }
  }
}
