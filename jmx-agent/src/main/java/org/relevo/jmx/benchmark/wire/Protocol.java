package org.relevo.jmx.benchmark.wire;

import java.util.Arrays;
import java.util.Locale;

/// How statements are sent, in pgbench's words.
public enum Protocol {
  SIMPLE,
  EXTENDED,
  PREPARED;

  public String words() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @throws IllegalArgumentException for another word
  public static Protocol parse(String word) {
    return Arrays.stream(values())
        .filter(protocol -> protocol.words().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no protocol '" + word + "'; there are simple, extended, prepared"));
  }
}
