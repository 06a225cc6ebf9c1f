package org.relevo.jmx.benchmark;

import java.util.Arrays;
import java.util.stream.Collectors;

/// pgbench's built-in scripts that can be run.
enum Script {
  TPCB_LIKE("tpcb-like"),
  SELECT_ONLY("select-only");

  private final String text;

  Script(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  static Script parse(String text) {
    return Arrays.stream(values())
        .filter(script -> script.text.equals(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no benchmark script '"
                    + text
                    + "'; there are "
                    + Arrays.stream(values()).map(Script::text).collect(Collectors.joining(", "))));
  }
}
