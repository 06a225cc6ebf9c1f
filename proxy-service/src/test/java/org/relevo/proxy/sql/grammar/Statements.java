package org.relevo.proxy.sql.grammar;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Our own statements, of every version and some of none.
final class Statements {
  private Statements() {}

  static List<byte[]> own() throws IOException {
    try (var in = Statements.class.getResourceAsStream("statements.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.replace('⏎', '\n').getBytes(StandardCharsets.UTF_8))
          .toList();
    }
  }

  static String show(byte[] text) {
    return new String(text, StandardCharsets.UTF_8);
  }
}
