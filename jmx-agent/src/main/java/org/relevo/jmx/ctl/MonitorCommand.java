package org.relevo.jmx.ctl;

import java.util.Locale;
import org.relevo.jmx.client.JmxConnection;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A verb that shows rows of a server, once or again and again.
abstract class MonitorCommand extends RemoteCommand {
  private static final int MAX_ROWS = 5000;

  @Parameters(
      paramLabel = "NODE",
      arity = "0..1",
      defaultValue = "0",
      description = "The server's number (${DEFAULT-VALUE}).")
  int node;

  @Option(
      names = {"-n", "--rows"},
      paramLabel = "N",
      defaultValue = "40",
      description = "Most rows, 1 to 5000 (${DEFAULT-VALUE}).")
  int rows;

  @Option(
      names = "--watch",
      paramLabel = "S",
      defaultValue = "0",
      description = "Show again every so many seconds until interrupted.")
  int watchSeconds;

  @Override
  void checkArguments() {
    if (node < 0 || node > 999) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "NODE must be 0 to 999");
    }
    if (rows < 1 || rows > MAX_ROWS) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "-n must be 1 to " + MAX_ROWS);
    }
    if (watchSeconds < 0 || watchSeconds > 3600) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "--watch must be 1 to 3600");
    }
  }

  @Override
  final int run(JmxConnection service, Output output) {
    show(service, output);
    while (watchSeconds > 0) {
      pause(watchSeconds * 1000L);
      output.line("");
      show(service, output);
    }
    return ExitCode.DONE;
  }

  abstract void show(JmxConnection service, Output output);

  /// @return the constant of that name in any case
  static <E extends Enum<E>> E constant(Class<E> type, String name) {
    try {
      return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new CtlException(
          ExitCode.BAD_ARGUMENTS,
          "not one of "
              + java.util.Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT)
              + ": "
              + name);
    }
  }
}
