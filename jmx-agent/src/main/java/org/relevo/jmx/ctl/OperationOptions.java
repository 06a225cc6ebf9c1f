package org.relevo.jmx.ctl;

import picocli.CommandLine.Option;

/// What every verb takes that begins an operation on the cluster.
final class OperationOptions {
  @Option(names = "--reason", paramLabel = "R", defaultValue = "", description = "For the history.")
  String reason = "";

  @Option(names = "--yes", description = "Do not ask.")
  boolean yes;

  @Option(names = "--wait", description = "Follow it to its end.")
  boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      defaultValue = "300",
      description = "Seconds to wait at most (${DEFAULT-VALUE}).")
  int timeoutSeconds;

  void check() {
    if (timeoutSeconds < 1) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "--timeout must be at least 1");
    }
  }
}
