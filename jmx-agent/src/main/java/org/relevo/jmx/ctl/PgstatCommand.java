package org.relevo.jmx.ctl;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.SeriesColumn;
import org.relevo.jmx.contract.SeriesHistory;
import org.relevo.jmx.contract.SeriesMXBean;
import org.relevo.jmx.contract.SeriesSample;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pgstat [NODE]`: a server's figures line by line, as iostat does for disks.
@Command(
    name = "pgstat",
    description =
        "Figures of a server once a second, or of its past; as a table, CSV or JSON lines.")
final class PgstatCommand extends RemoteCommand {
  /// pgstat's own columns.
  private static final String USUAL =
      "backends,commits,rollbacks,blocks_read,blocks_hit,rows_returned,rows_fetched,rows_inserted,"
          + "rows_updated,rows_deleted,temp_files,temp_bytes,deadlocks";

  private static final int HEADER_EVERY = 20;
  private static final int LEAST_WIDTH = 8;
  private static final long LOOK_EVERY_MS = 200;
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

  @Parameters(
      paramLabel = "NODE",
      arity = "0..1",
      defaultValue = "0",
      description = "A server's number, or host for the machine (${DEFAULT-VALUE}).")
  String node = "0";

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      defaultValue = "0",
      description = "Stop after so many lines; 0 for never.")
  int count;

  @Option(
      names = {"-i", "--interval"},
      paramLabel = "S",
      defaultValue = "1",
      description = "Seconds between lines, which show means (${DEFAULT-VALUE}).")
  int interval;

  @Option(
      names = {"-c", "--columns"},
      paramLabel = "NAME,…",
      description = "Columns, or all; --list names them.")
  String columns = "";

  @Option(names = "--list", description = "What can be shown.")
  boolean list;

  @Option(names = "--csv", description = "Comma-separated values with a first line of names.")
  boolean csv;

  @Option(
      names = "--history",
      paramLabel = "S",
      defaultValue = "0",
      description = "The past in steps of 1 (an hour), 10 (a day) or 60 (14 days) seconds.")
  int step;

  @Option(names = "--from", paramLabel = "TIME", description = "Such as 2026-01-31T10:00:00Z.")
  String from = "";

  @Option(names = "--to", paramLabel = "TIME", description = "As --from; now unless given.")
  String to = "";

  private int lines;

  @Override
  void checkArguments() {
    if (!node.matches("\\d{1,3}|host")) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "NODE must be a number or host");
    }
    if (count < 0 || interval < 1 || interval > 3600) {
      throw new CtlException(
          ExitCode.BAD_ARGUMENTS, "--count must be at least 0, --interval 1 to 3600");
    }
    if (step != 0 && step != 1 && step != 10 && step != 60) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "--history must be 1, 10 or 60");
    }
    time(from, 0);
    time(to, 0);
  }

  @Override
  int run(JmxConnection service, Output output) {
    SeriesMXBean series =
        node.equals("host") ? service.hostSeries() : service.postgresSeries(Integer.parseInt(node));
    List<SeriesColumn> all = series.getColumns();
    if (list) {
      return list(all, series.getMissing(), output);
    }
    List<String> names = all.stream().map(SeriesColumn::name).toList();
    int[] chosen = chosen(names);
    List<String> shown = Arrays.stream(chosen).mapToObj(names::get).toList();
    if (csv) {
      output.line("timestamp," + String.join(",", shown));
    }
    return step > 0 ? past(series, shown, output) : live(series, shown, chosen, output);
  }

  private static int list(List<SeriesColumn> all, List<String> missing, Output output) {
    if (output.json()) {
      output.json(all);
      return ExitCode.DONE;
    }
    output.table(
        List.of("NAME", "UNIT", "MEANING"),
        all.stream().map(each -> List.of(each.name(), each.unit(), each.text())).toList());
    missing.forEach(each -> output.line("missing: " + each));
    return ExitCode.DONE;
  }

  private int[] chosen(List<String> names) {
    if (columns.equals("all") || (columns.isEmpty() && node.equals("host"))) {
      return IntStream.range(0, names.size()).toArray();
    }
    return Arrays.stream((columns.isEmpty() ? USUAL : columns).split(",", -1))
        .mapToInt(each -> {
          int index = names.indexOf(each.strip());
          if (index < 0) {
            throw new CtlException(
                ExitCode.BAD_ARGUMENTS, "no column '" + each + "'; --list names them");
          }
          return index;
        })
        .toArray();
  }

  private int past(SeriesMXBean series, List<String> names, Output output) {
    long until = time(to, System.currentTimeMillis());
    SeriesHistory history = series.history(String.join(",", names), step, time(from, 0), until);
    if (output.json()) {
      output.json(history);
      return ExitCode.DONE;
    }
    int size = history.points().size();
    history.points().stream()
        .skip(count == 0 ? 0 : Math.max(0, size - count))
        .forEach(point -> show(point.atEpochMs(), names, point.values(), output));
    return ExitCode.DONE;
  }

  private int live(SeriesMXBean series, List<String> names, int[] chosen, Output output) {
    long seen = Math.max(0, series.getLast().sequence());
    List<SeriesSample> pending = new ArrayList<>();
    String told = "";
    while (true) {
      for (SeriesSample sample : series.samplesSince(seen)) {
        seen = sample.sequence();
        pending.add(sample);
        if (pending.size() == interval) {
          show(sample.sampledAtEpochMs(), names, means(pending, chosen), output);
          pending.clear();
          if (lines == count) {
            return ExitCode.DONE;
          }
        }
      }
      String problem = series.getProblem();
      if (!problem.isEmpty() && !problem.equals(told)) {
        spec.commandLine().getErr().println("relevo ctl: no fresh figures: " + problem);
        spec.commandLine().getErr().flush();
      }
      told = problem;
      pause(LOOK_EVERY_MS);
    }
  }

  private static List<Double> means(List<SeriesSample> samples, int[] chosen) {
    return Arrays.stream(chosen)
        .mapToObj(i ->
            samples.stream()
                .mapToDouble(sample -> sample.values().get(i))
                .filter(value -> value >= 0)
                .average()
                .orElse(-1))
        .toList();
  }

  private void show(long atEpochMs, List<String> names, List<Double> values, Output output) {
    Instant at = Instant.ofEpochMilli(atEpochMs);
    if (output.json()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("timestamp", at.toString());
      for (int i = 0; i < names.size(); i++) {
        row.put(names.get(i), values.get(i));
      }
      output.jsonLine(row);
    } else if (csv) {
      output.line(at + "," + String.join(",", cells(values)));
    } else {
      if (lines % HEADER_EVERY == 0) {
        output.line(aligned("time", names, names));
      }
      output.line(aligned(CLOCK.format(at), cells(values), names));
    }
    lines++;
  }

  private static String aligned(String first, List<String> cells, List<String> names) {
    StringBuilder line = new StringBuilder(first).append(" ".repeat(LEAST_WIDTH - first.length()));
    for (int i = 0; i < cells.size(); i++) {
      int width = Math.max(LEAST_WIDTH, names.get(i).length());
      String cell = cells.get(i);
      line.append("  ").append(" ".repeat(Math.max(0, width - cell.length()))).append(cell);
    }
    return line.toString();
  }

  /// What is not known stays empty, as spreadsheets like it.
  private static List<String> cells(List<Double> values) {
    return values.stream()
        .map(value ->
            value < 0
                ? ""
                : value == Math.rint(value) || value >= 1000
                    ? Long.toString(Math.round(value))
                    : String.format(Locale.ROOT, "%.2f", value))
        .toList();
  }

  private static long time(String text, long otherwise) {
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeParseException e) {
      throw new CtlException(
          ExitCode.BAD_ARGUMENTS, "not a time such as 2026-01-31T10:00:00Z: " + text);
    }
  }
}
