package org.relevo.jmx.ctl;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.LogPage;
import org.relevo.jmx.contract.LogSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `logs merged [SOURCE…]`: several logs in the order of time.
@Command(name = "merged", description = "Several logs, or all of them, merged by time.")
final class MergedLogs extends RemoteCommand {
  private static final int MAX_LINES = 2000;
  private static final long LOOK_EVERY_MS = 500;

  @Parameters(paramLabel = "SOURCE", arity = "0..*", description = "As list shows them; all.")
  List<String> sources = new ArrayList<>();

  @Option(
      names = "-n",
      paramLabel = "N",
      defaultValue = "200",
      description = "Lines looked at of each log, 1 to 2000 (${DEFAULT-VALUE}).")
  int lines;

  @Option(
      names = {"-l", "--level"},
      paramLabel = "LEVEL",
      defaultValue = "debug",
      description = "Least level: debug, info, warn, error or fatal (${DEFAULT-VALUE}).")
  String level = "debug";

  @Option(
      names = {"-g", "--grep"},
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Only entries that contain this, in any case.")
  String text = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with new lines until interrupted.")
  boolean follow;

  @Override
  void checkArguments() {
    if (lines < 1 || lines > MAX_LINES) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "-n must be 1 to " + MAX_LINES);
    }
    MonitorCommand.constant(LogLevel.class, level);
  }

  @Override
  int run(JmxConnection service, Output output) {
    Map<String, String> cursors = new LinkedHashMap<>();
    service.logs().getSources().stream()
        .map(LogSource::id)
        .filter(each -> sources.isEmpty() || sources.contains(each))
        .forEach(each -> cursors.put(each, ""));
    for (String each : sources) {
      if (!cursors.containsKey(each)) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "there is no log " + each);
      }
    }
    show(service, cursors, lines, output);
    while (follow) {
      pause(LOOK_EVERY_MS);
      show(service, cursors, MAX_LINES, output);
    }
    return ExitCode.DONE;
  }

  private void show(JmxConnection service, Map<String, String> cursors, int most, Output output) {
    List<LogLine> all = new ArrayList<>();
    cursors.replaceAll((source, cursor) -> {
      LogPage page = service.logs().tail(source, cursor, most);
      if (page.gap()) {
        output.line(
            output.json()
                ? "{\"gap\":\"" + source + "\"}"
                : "-- lines of " + source + " are missing here --");
      }
      all.addAll(page.lines());
      return page.cursor();
    });
    LogLevel least = MonitorCommand.constant(LogLevel.class, level);
    String wanted = text.toLowerCase(Locale.ROOT);
    all.stream()
        .filter(line -> line.level() == LogLevel.UNKNOWN || line.level().compareTo(least) >= 0)
        .filter(line -> line.text().toLowerCase(Locale.ROOT).contains(wanted))
        // Lines of one log keep their order where their times are equal or not known.
        .sorted(Comparator.comparingLong(LogLine::atEpochMs))
        .forEach(line -> {
          if (output.json()) {
            output.jsonLine(line);
          } else {
            output.line(
                "%s %-11s %s"
                    .formatted(
                        Instant.ofEpochMilli(Math.max(0, line.atEpochMs())),
                        line.sourceId(),
                        line.text()));
          }
        });
  }
}
