package org.relevo.app.view.part;

import java.util.List;
import java.util.stream.Collectors;

/// One line of CSV as in RFC 4180. Texts that a spreadsheet would run as a formula are disarmed.
public final class Csv {
  private Csv() {}

  public static String line(List<String> cells) {
    return cells.stream().map(Csv::cell).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String cell(String text) {
    String safe = !text.isEmpty() && "=+@".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c < ' ');
    return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }
}
