package org.relevo.jmx.ctl;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// A noun that needs a verb behind it.
abstract class VerbGroup implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // Injected by picocli.
  CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public final void run() {
    throw new CtlException(
        ExitCode.BAD_ARGUMENTS, "no verb given; " + spec.qualifiedName() + " --help lists them");
  }
}
