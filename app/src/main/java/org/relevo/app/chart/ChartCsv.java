package org.relevo.app.chart;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/// Series side by side as CSV (RFC 4180). Pure.
final class ChartCsv {
  private static final char SEPARATOR = ',';

  private ChartCsv() {}

  static void write(Appendable out, String unit, List<String> names, List<TimeSeries> series)
      throws IOException {
    out.append("time");
    for (String name : names) {
      out.append(SEPARATOR).append(cell(unit.isEmpty() ? name : name + " [" + unit + "]"));
    }
    out.append("\r\n");
    TreeSet<Long> times = new TreeSet<>();
    for (TimeSeries line : series) {
      for (int i = 0; i < line.size(); i++) {
        times.add(line.timeMs(i));
      }
    }
    for (long time : times) {
      out.append(Instant.ofEpochMilli(time).toString());
      for (TimeSeries line : series) {
        out.append(SEPARATOR).append(value(line, time));
      }
      out.append("\r\n");
    }
  }

  private static String value(TimeSeries line, long time) {
    int index = line.firstAtOrAfter(time);
    if (index == line.size() || line.timeMs(index) != time || Double.isNaN(line.value(index))) {
      return "";
    }
    return Double.toString(line.value(index));
  }

  private static String cell(String text) {
    boolean quoted = text.chars().anyMatch(c -> c == SEPARATOR || c == '"' || c < ' ');
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
