package org.relevo.proxy.sql.grammar;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

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

  /// Own statements with pieces lost, doubled or changed for others'.
  static List<byte[]> changed(Random random, int count, int major) throws IOException {
    List<byte[]> own = own();
    SqlParser parser = new SqlParser();
    List<byte[]> changed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      changed.add(change(own, random, major, parser));
    }
    return changed;
  }

  private static byte[] change(List<byte[]> own, Random random, int major, SqlParser parser) {
    byte[] text = own.get(random.nextInt(own.size()));
    parser.parse(GrammarTables.of(major), text, 0, text.length, true);
    TokenList tokens = parser.tree().tokens();
    if (tokens.size() == 0) {
      return text;
    }
    int token = random.nextInt(tokens.size());
    String before = part(text, 0, tokens.start(token));
    String it = part(text, tokens.start(token), tokens.end(token));
    String after = part(text, tokens.end(token), text.length);
    String changed =
        switch (random.nextInt(4)) {
          case 0 -> before + after;
          case 1 -> before + it + " " + it + after;
          case 2 -> before + it;
          default -> before + piece(own, random) + after;
        };
    return changed.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// A few characters of any statement.
  private static String piece(List<byte[]> own, Random random) {
    byte[] other = own.get(random.nextInt(own.size()));
    int from = random.nextInt(other.length);
    return part(other, from, Math.min(other.length, from + 1 + random.nextInt(12)));
  }

  private static String part(byte[] text, int from, int to) {
    return new String(Arrays.copyOfRange(text, from, to), StandardCharsets.ISO_8859_1);
  }

  static String show(byte[] text) {
    return new String(text, StandardCharsets.UTF_8);
  }
}
