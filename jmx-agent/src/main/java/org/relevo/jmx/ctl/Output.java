package org.relevo.jmx.ctl;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes answers as aligned text for people or as JSON for programs.
///
/// Owner: the main thread.
final class Output {
  private static final JsonMapper PRETTY =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();
  private static final JsonMapper COMPACT =
      JsonMapper.builder().disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();

  private final PrintWriter out;
  private final boolean json;

  Output(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  boolean json() {
    return json;
  }

  void line(String text) {
    out.println(text);
    out.flush();
  }

  void json(Object value) {
    line(PRETTY.writeValueAsString(value));
  }

  /// What was done: in a line for people, or as JSON.
  ///
  /// @return the exit code
  int said(Map<String, ?> value, String text) {
    if (json) {
      json(value);
    } else {
      line(text);
    }
    return ExitCode.DONE;
  }

  /// One JSON value on one line, for streams.
  void jsonLine(Object value) {
    line(COMPACT.writeValueAsString(value));
  }

  /// Columns as wide as their longest cell; numbers to the right.
  void table(List<String> header, List<List<String>> rows) {
    int columns = header.size();
    int[] widths =
        IntStream.range(0, columns)
            .map(i ->
                Math.max(
                    header.get(i).length(),
                    rows.stream().mapToInt(row -> row.get(i).length()).max().orElse(0)))
            .toArray();
    boolean[] right = new boolean[columns];
    for (int i = 0; i < columns; i++) {
      int column = i;
      right[i] =
          !rows.isEmpty() && rows.stream().allMatch(row -> row.get(column).matches("-|[-\\d.]+"));
    }
    line(row(header, widths, right));
    rows.forEach(row -> line(row(row, widths, right)));
  }

  /// `name: value` lines with aligned values.
  void fields(List<List<String>> pairs) {
    int width = pairs.stream().mapToInt(pair -> pair.getFirst().length()).max().orElse(0);
    for (List<String> pair : pairs) {
      line(pad(pair.getFirst() + ":", width + 2, false) + pair.getLast());
    }
  }

  /// UTC to the second, `-` when not known.
  static String time(long epochMs) {
    return epochMs <= 0
        ? "-"
        : Instant.ofEpochMilli(epochMs).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /// `-` for what is not known.
  static String number(long value) {
    return value < 0 ? "-" : Long.toString(value);
  }

  private static String row(List<String> cells, int[] widths, boolean[] right) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      text.append(i == 0 ? "" : "  ").append(pad(cells.get(i), widths[i], right[i]));
    }
    return text.toString().stripTrailing();
  }

  private static String pad(String text, int width, boolean right) {
    String blanks = " ".repeat(Math.max(0, width - text.length()));
    return right ? blanks + text : text + blanks;
  }
}
