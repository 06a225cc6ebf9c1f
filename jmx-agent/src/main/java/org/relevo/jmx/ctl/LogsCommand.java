package org.relevo.jmx.ctl;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.LogPage;
import org.relevo.jmx.contract.LogSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `logs list` and `logs tail SOURCE`.
@Command(
    name = "logs",
    description = "Logs of the service and its PostgreSQL servers.",
    subcommands = {LogsCommand.ListSources.class, LogsCommand.Tail.class, MergedLogs.class})
final class LogsCommand extends VerbGroup {
  @Command(name = "list", description = "One line per log.")
  static final class ListSources extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      List<LogSource> sources = service.logs().getSources();
      if (output.json()) {
        output.json(sources);
        return ExitCode.DONE;
      }
      List<List<String>> rows = new ArrayList<>();
      sources.forEach(source ->
          rows.add(
              List.of(
                  source.id(),
                  source.kind(),
                  Output.number(source.nodeId()),
                  Long.toString(source.sizeBytes()),
                  source.path())));
      output.table(List.of("SOURCE", "KIND", "NODE", "BYTES", "PATH"), rows);
      return ExitCode.DONE;
    }
  }

  @Command(name = "tail", description = "The newest lines of a log.")
  static final class Tail extends RemoteCommand {
    private static final int MAX_LINES = 2000;
    private static final long LOOK_EVERY_MS = 500;

    @Parameters(paramLabel = "SOURCE", description = "Such as relevo or postgres-0.")
    String source = "";

    @Option(
        names = "-n",
        paramLabel = "N",
        defaultValue = "20",
        description = "Lines, 1 to 2000 (${DEFAULT-VALUE}).")
    int lines;

    @Option(
        names = {"-f", "--follow"},
        description = "Go on with new lines until interrupted.")
    boolean follow;

    @Option(
        names = "--timeout",
        paramLabel = "S",
        defaultValue = "0",
        description = "Stop to follow after so many seconds; 0 for never.")
    int timeoutSeconds;

    @Override
    void checkArguments() {
      if (lines < 1 || lines > MAX_LINES) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "-n must be 1 to " + MAX_LINES);
      }
    }

    @Override
    int run(JmxConnection service, Output output) {
      LogPage page = service.logs().tail(source, "", lines);
      if (!follow && output.json()) {
        output.json(page);
        return ExitCode.DONE;
      }
      show(page, output);
      long endNs = System.nanoTime() + timeoutSeconds * 1_000_000_000L;
      while (follow && (timeoutSeconds == 0 || System.nanoTime() < endNs)) {
        pause(LOOK_EVERY_MS);
        page = service.logs().tail(source, page.cursor(), MAX_LINES);
        show(page, output);
      }
      return ExitCode.DONE;
    }

    private static void show(LogPage page, Output output) {
      if (page.gap()) {
        output.line(output.json() ? "{\"gap\":true}" : "-- lines are missing here --");
      }
      for (LogLine line : page.lines()) {
        if (output.json()) {
          output.jsonLine(line);
        } else {
          output.line(
              Instant.ofEpochMilli(Math.max(0, line.atEpochMs()))
                  + " "
                  + line.level()
                  + " "
                  + line.text());
        }
      }
    }
  }
}
