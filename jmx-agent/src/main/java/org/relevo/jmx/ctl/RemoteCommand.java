package org.relevo.jmx.ctl;

import java.util.concurrent.Callable;
import org.relevo.jmx.client.JmxConnection;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// A verb that talks to a service: connects, runs, closes.
abstract class RemoteCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // Injected by picocli.
  CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public final Integer call() throws Exception {
    checkArguments();
    CtlMain common = (CtlMain) spec.root().userObject();
    try (JmxConnection service = common.connection.open()) {
      return run(service, new Output(spec.commandLine().getOut(), common.json));
    }
  }

  /// Refuses before anything is connected.
  void checkArguments() {}

  /// @return the exit code
  abstract int run(JmxConnection service, Output output) throws Exception;

  /// Waits a little between two looks at the service.
  static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CtlException(ExitCode.UNKNOWN, "interrupted");
    }
  }
}
