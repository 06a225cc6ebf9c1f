package org.relevo.jmx.describe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The texts of `contract.table`: `Type.member(parameters) | text` a line.
final class Descriptions {
  private static final Map<String, Entry> ENTRIES = read();

  /// @param parameters their names
  record Entry(List<String> parameters, String text) {
    Entry {
      parameters = List.copyOf(parameters);
    }
  }

  private Descriptions() {}

  /// @param member name of a method, "" for the type itself
  static Optional<Entry> of(String type, String member) {
    return Optional.ofNullable(ENTRIES.get(member.isEmpty() ? type : type + "." + member));
  }

  private static Map<String, Entry> read() {
    try (InputStream in =
        Objects.requireNonNull(
            Descriptions.class.getResourceAsStream("contract.table"), "contract.table")) {
      Map<String, Entry> entries = new HashMap<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> {
            int bar = line.indexOf(" | ");
            if (bar > 0) {
              add(entries, line.substring(0, bar), line.substring(bar + 3));
            }
          });
      return Map.copyOf(entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(Map<String, Entry> entries, String key, String text) {
    int open = key.indexOf('(');
    if (open < 0) {
      entries.put(key, new Entry(List.of(), text));
      return;
    }
    String names = key.substring(open + 1, key.length() - 1);
    entries.put(
        key.substring(0, open),
        new Entry(names.isEmpty() ? List.of() : Arrays.asList(names.split(",")), text));
  }
}
