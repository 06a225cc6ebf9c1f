package org.relevo.jmx.ctl;

import java.util.List;
import java.util.Optional;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `bench init`, `bench run`, `bench stop`, `bench status`.
@Command(
    name = "bench",
    description = "A pgbench-style load.",
    subcommands = {
      BenchCommand.Init.class,
      BenchCommand.Run.class,
      BenchCommand.Stop.class,
      BenchCommand.Status.class
    })
final class BenchCommand extends VerbGroup {
  private static final long LOOK_EVERY_MS = 250;

  @Command(name = "init", description = "Makes pgbench's tables; drops existing ones.")
  static final class Init extends RemoteCommand {
    @Option(
        names = {"-s", "--scale"},
        paramLabel = "N",
        defaultValue = "1",
        description = "100,000 accounts each (${DEFAULT-VALUE}).")
    int scale;

    @Option(names = "--yes", description = "Drop existing pgbench tables without asking.")
    boolean yes;

    @Option(
        names = "--timeout",
        paramLabel = "S",
        defaultValue = "600",
        description = "Seconds to wait at most (${DEFAULT-VALUE}).")
    int timeoutSeconds;

    @Override
    void checkArguments() {
      if (!yes) {
        throw new CtlException(
            ExitCode.BAD_ARGUMENTS, "bench init drops existing pgbench tables: give --yes");
      }
    }

    @Override
    int run(JmxConnection service, Output output) {
      service.benchmark().init(scale);
      return finish(service, timeoutSeconds, output);
    }
  }

  @Command(name = "run", description = "Runs a load through the service and shows the figures.")
  static final class Run extends RemoteCommand {
    @Option(
        names = "--script",
        paramLabel = "NAME",
        defaultValue = "tpcb-like",
        description = "tpcb-like or select-only (${DEFAULT-VALUE}).")
    String script = "tpcb-like";

    @Option(
        names = {"-c", "--clients"},
        paramLabel = "N",
        defaultValue = "8",
        description = "Concurrent clients (${DEFAULT-VALUE}).")
    int clients;

    @Option(
        names = {"-T", "--seconds"},
        paramLabel = "S",
        defaultValue = "10",
        description = "How long (${DEFAULT-VALUE}).")
    int seconds;

    @Override
    void checkArguments() {
      if (seconds < 1) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "--seconds must be at least 1");
      }
    }

    @Override
    int run(JmxConnection service, Output output) {
      service.benchmark().start(script, clients, seconds);
      return finish(service, seconds + 60, output);
    }
  }

  @Command(name = "stop", description = "Lets transactions in progress end, then stops.")
  static final class Stop extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      service.benchmark().stop();
      show(service.benchmark().getStatus(), output);
      return ExitCode.DONE;
    }
  }

  @Command(name = "status", description = "The run, running or ended.")
  static final class Status extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      show(service.benchmark().getStatus(), output);
      return ExitCode.DONE;
    }
  }

  private static int finish(JmxConnection service, int timeoutSeconds, Output output) {
    long deadlineNs = System.nanoTime() + timeoutSeconds * 1_000_000_000L;
    while (true) {
      BenchmarkStatus status = service.benchmark().getStatus();
      if (status.state() != BenchmarkState.RUNNING
          && status.state() != BenchmarkState.INITIALISING) {
        show(status, output);
        Optional<String> failed =
            status.state() == BenchmarkState.FAILED
                ? Optional.of(status.lastError())
                : Optional.empty();
        failed.ifPresent(why -> {
          throw new CtlException(ExitCode.SERVER_SIDE, "benchmark failed: " + why);
        });
        return ExitCode.DONE;
      }
      if (System.nanoTime() > deadlineNs) {
        throw new CtlException(
            ExitCode.TIMEOUT, "still running after " + timeoutSeconds + " s; it goes on");
      }
      RemoteCommand.pause(LOOK_EVERY_MS);
    }
  }

  private static void show(BenchmarkStatus status, Output output) {
    if (output.json()) {
      output.json(status);
      return;
    }
    output.fields(
        List.of(
            List.of("state", NodeCommand.lower(status.state())),
            List.of(
                "script",
                status.script() + ", " + status.clients() + " clients, scale " + status.scale()),
            List.of("target", status.target()),
            List.of("transactions", status.transactions() + ", errors " + status.errors()),
            List.of("tps", decimal(status.tps())),
            List.of(
                "latency ms",
                "mean "
                    + decimal(status.latencyMeanMs())
                    + ", p50 "
                    + decimal(status.latencyP50Ms())
                    + ", p95 "
                    + decimal(status.latencyP95Ms())
                    + ", p99 "
                    + decimal(status.latencyP99Ms())
                    + ", max "
                    + decimal(status.latencyMaxMs())),
            List.of("longest gap", Output.number(status.longestGapMs()) + " ms"),
            List.of("last error", status.lastError().isEmpty() ? "none" : status.lastError())));
  }

  private static String decimal(double value) {
    return value < 0 ? "-" : String.format(java.util.Locale.ROOT, "%.1f", value);
  }
}
