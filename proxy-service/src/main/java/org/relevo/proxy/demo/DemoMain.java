package org.relevo.proxy.demo;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `relevo demo`. Exit codes: 0 done (with `--tour`: and all held), 1 the tour did not hold, 7 bad
/// arguments or no display, 12 something could not be started.
@Command(
    name = "relevo demo",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = "Real PostgreSQL servers behind Relevo under load, and the desktop on them.")
final class DemoMain implements Callable<Integer> {
  static final int EXIT_NOT_HELD = 1;
  static final int EXIT_BAD_ARGUMENTS = 7;
  static final int EXIT_SERVER_ERROR = 12;
  private static final int MAX_NODES = 8;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before call()
  private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--mode",
      paramLabel = "streaming",
      defaultValue = "streaming",
      description = "How nodes are kept equal: streaming (default).")
  private String mode = "streaming";

  @Option(names = "--nodes", paramLabel = "N", defaultValue = "2", description = "1 to 8 servers.")
  private int nodes;

  @Option(names = "--headless", description = "No desktop window.")
  private boolean headless;

  @Option(names = "--for", paramLabel = "SECONDS", description = "End after this time.")
  private @Nullable Integer seconds;

  @Option(
      names = "--workload",
      paramLabel = "tpcb|select|none",
      defaultValue = "tpcb",
      description = "Load through the proxy: tpcb (default), select or none.")
  private String workload = "tpcb";

  @Option(
      names = "--tour",
      description = "Load, consistency, switchover, consistency; exit 0 only if all held.")
  private boolean tour;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keep everything here (default: a temporary folder, removed at the end).")
  private @Nullable Path data;

  @Option(names = "--report", paramLabel = "FILE", description = "Write what was measured as JSON.")
  private @Nullable Path report;

  @Option(
      names = "--pg-bindir",
      paramLabel = "DIR",
      description = "PostgreSQL's programs, 13 to 18 (default: the ones that come along).")
  private @Nullable Path pgBindir;

  public static void main(String[] args) {
    System.exit(execute(args));
  }

  static int execute(String... args) {
    PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
    return new CommandLine(new DemoMain())
        .setErr(err)
        .setParameterExceptionHandler((failure, _) -> {
          err.println("relevo demo: " + failure.getMessage());
          return EXIT_BAD_ARGUMENTS;
        })
        .setExecutionExceptionHandler((failure, _, _) -> {
          String said = failure.getMessage();
          err.println("relevo demo: " + (said == null ? failure.toString() : said));
          return EXIT_SERVER_ERROR;
        })
        .execute(args);
  }

  @Override
  public Integer call() throws Exception {
    return new Demo(options(), spec.commandLine().getOut()).run();
  }

  private DemoOptions options() {
    switch (mode) {
      case "streaming" -> {}
      case "replication" -> throw bad("--mode replication is not available yet; use streaming");
      default -> throw bad("--mode must be streaming: '" + mode + "'");
    }
    if (nodes < 1 || nodes > MAX_NODES) {
      throw bad("--nodes must be 1 to " + MAX_NODES + ": " + nodes);
    }
    if (tour && nodes < 2) {
      throw bad("--tour switches over, so it needs --nodes 2 or more");
    }
    if (seconds != null && seconds < 1) {
      throw bad("--for must be at least 1 second: " + seconds);
    }
    DemoOptions.Workload load =
        switch (workload) {
          case "tpcb" -> DemoOptions.Workload.TPCB;
          case "select" -> DemoOptions.Workload.SELECT;
          case "none" -> DemoOptions.Workload.NONE;
          default -> throw bad("--workload must be tpcb, select or none: '" + workload + "'");
        };
    if (tour && load == DemoOptions.Workload.NONE) {
      throw bad("--tour needs a load; leave out --workload none");
    }
    return new DemoOptions(
        nodes,
        headless,
        Optional.ofNullable(seconds).map(Duration::ofSeconds),
        load,
        tour,
        Optional.ofNullable(data),
        Optional.ofNullable(report),
        Optional.ofNullable(pgBindir));
  }

  private ParameterException bad(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
