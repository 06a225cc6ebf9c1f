package org.relevo.jmx.ctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.BenchmarkPlan;
import org.relevo.jmx.contract.BenchmarkScript;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.BenchmarkTables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `bench init`, `bench run`, `bench stop`, `bench status`, and what is kept of runs.
@Command(
    name = "bench",
    description = "A load generator with pgbench's tables, scripts and options.",
    subcommands = {
      BenchCommand.Init.class,
      BenchCommand.Run.class,
      BenchCommand.Stop.class,
      BenchCommand.Status.class,
      BenchRuns.ListRuns.class,
      BenchRuns.Show.class,
      BenchRuns.Compare.class,
      BenchRuns.Forget.class,
      BenchRuns.Scripts.class,
      BenchRuns.Check.class
    })
final class BenchCommand extends VerbGroup {
  private static final long LOOK_EVERY_MS = 250;
  private static final int DEFAULT_SECONDS = 10;
  private static final long LONGEST_SECONDS = Integer.MAX_VALUE / 2;

  @Command(name = "init", description = "Makes pgbench's tables; drops existing ones.")
  static final class Init extends RemoteCommand {
    @Option(
        names = {"-s", "--scale"},
        paramLabel = "N",
        defaultValue = "1",
        description = "100,000 accounts each (${DEFAULT-VALUE}).")
    int scale;

    @Option(
        names = {"-F", "--fillfactor"},
        paramLabel = "N",
        defaultValue = "100",
        description = "Percent of each page that is filled, 10 to 100 (${DEFAULT-VALUE}).")
    int fillFactor;

    @Option(names = "--foreign-keys", description = "With foreign keys between the tables.")
    boolean foreignKeys;

    @Option(names = "--unlogged-tables", description = "Tables without log; standbys lack them.")
    boolean unlogged;

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
      service.benchmark().fill(new BenchmarkTables(scale, fillFactor, foreignKeys, unlogged));
      return finish(service, timeoutSeconds, output);
    }
  }

  @Command(name = "run", description = "Runs a load through the service and shows the figures.")
  static final class Run extends RemoteCommand {
    @Option(
        names = {"-b", "--builtin", "--script"},
        paramLabel = "NAME[@W]",
        description =
            "tpcb-like, simple-update or select-only, with its weight; may be repeated"
                + " (tpcb-like).")
    List<String> builtIns = new ArrayList<>();

    @Option(
        names = {"-f", "--file"},
        paramLabel = "FILE[@W]",
        description = "A script of your own in pgbench's language; may be repeated.")
    List<String> files = new ArrayList<>();

    @Option(
        names = {"-M", "--protocol"},
        paramLabel = "MODE",
        defaultValue = "simple",
        description = "simple, extended or prepared (${DEFAULT-VALUE}).")
    String protocol = "simple";

    @Option(
        names = {"-c", "--clients"},
        paramLabel = "N",
        defaultValue = "8",
        description = "Concurrent clients (${DEFAULT-VALUE}).")
    int clients;

    @Option(
        names = {"-j", "--jobs"},
        paramLabel = "N",
        defaultValue = "1",
        description = "Threads that drive them (${DEFAULT-VALUE}).")
    int jobs;

    @Option(
        names = {"-T", "--seconds"},
        paramLabel = "S",
        defaultValue = "0",
        description = "How long (10, unless -t is given).")
    int seconds;

    @Option(
        names = {"-t", "--transactions"},
        paramLabel = "N",
        defaultValue = "0",
        description = "Transactions of each client.")
    long transactions;

    @Option(
        names = {"-R", "--rate"},
        paramLabel = "TPS",
        defaultValue = "0",
        description = "Transactions a second in all; 0 for as many as there can be.")
    double rate;

    @Option(
        names = {"-L", "--latency-limit"},
        paramLabel = "MS",
        defaultValue = "0",
        description = "Counts longer ones; with --rate, leaves out what would begin too late.")
    double latencyLimitMs;

    @Option(
        names = {"-D", "--define"},
        paramLabel = "NAME=VALUE",
        description = "A variable of the scripts; may be repeated.")
    List<String> variables = new ArrayList<>();

    @Option(
        names = "--engine",
        paramLabel = "NAME",
        defaultValue = "relevo",
        description = "relevo, or pgbench of the service's machine (${DEFAULT-VALUE}).")
    String engine = "relevo";

    @Option(names = "--label", paramLabel = "WORDS", description = "To find the runs again.")
    String label = "";

    @Option(
        names = "--runs",
        paramLabel = "N",
        defaultValue = "1",
        description = "How many, one after the other (${DEFAULT-VALUE}).")
    int runs;

    @Override
    void checkArguments() {
      if (seconds < 0 || transactions < 0) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "-T and -t must not be negative");
      }
      if (seconds > 0 && transactions > 0) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "give -T or -t, not both");
      }
    }

    @Override
    int run(JmxConnection service, Output output) {
      int length = seconds == 0 && transactions == 0 ? DEFAULT_SECONDS : seconds;
      service
          .benchmark()
          .run(
              new BenchmarkPlan(
                  label,
                  engine,
                  scripts(),
                  protocol,
                  clients,
                  jobs,
                  length,
                  transactions,
                  rate,
                  latencyLimitMs,
                  variables,
                  runs));
      long limit = length == 0 ? LONGEST_SECONDS : Math.min(LONGEST_SECONDS, runs * (length + 60L));
      return finish(service, (int) limit, output);
    }

    private List<BenchmarkScript> scripts() {
      List<BenchmarkScript> scripts = new ArrayList<>();
      for (String each : builtIns) {
        scripts.add(new BenchmarkScript(withoutWeight(each), "", weight(each)));
      }
      for (String each : files) {
        Path file = Path.of(withoutWeight(each));
        scripts.add(
            new BenchmarkScript(String.valueOf(file.getFileName()), read(file), weight(each)));
      }
      return scripts.isEmpty() ? List.of(new BenchmarkScript("tpcb-like", "", 1)) : scripts;
    }

    private static String withoutWeight(String words) {
      int at = words.lastIndexOf('@');
      return at > 0 ? words.substring(0, at) : words;
    }

    private static int weight(String words) {
      int at = words.lastIndexOf('@');
      if (at <= 0) {
        return 1;
      }
      try {
        return Integer.parseInt(words.substring(at + 1));
      } catch (NumberFormatException e) {
        throw new CtlException(
            ExitCode.BAD_ARGUMENTS, "the weight in '" + words + "' is no whole number");
      }
    }
  }

  @Command(name = "stop", description = "Lets transactions in progress end, then stops.")
  static final class Stop extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      service.benchmark().stop();
      BenchViews.show(service.benchmark().getStatus(), output);
      return ExitCode.DONE;
    }
  }

  @Command(name = "status", description = "The run, running or ended.")
  static final class Status extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      BenchViews.show(service.benchmark().getStatus(), output);
      return ExitCode.DONE;
    }
  }

  /// A file of the machine on which the command runs.
  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "cannot read " + file + ": " + e);
    }
  }

  private static int finish(JmxConnection service, int timeoutSeconds, Output output) {
    long deadlineNs = System.nanoTime() + timeoutSeconds * 1_000_000_000L;
    while (true) {
      BenchmarkStatus status = service.benchmark().getStatus();
      if (status.state() != BenchmarkState.RUNNING
          && status.state() != BenchmarkState.INITIALISING) {
        BenchViews.show(status, output);
        if (status.state() == BenchmarkState.FAILED) {
          throw new CtlException(ExitCode.SERVER_SIDE, "benchmark failed: " + status.lastError());
        }
        return ExitCode.DONE;
      }
      if (System.nanoTime() > deadlineNs) {
        throw new CtlException(
            ExitCode.TIMEOUT, "still running after " + timeoutSeconds + " s; it goes on");
      }
      RemoteCommand.pause(LOOK_EVERY_MS);
    }
  }
}
