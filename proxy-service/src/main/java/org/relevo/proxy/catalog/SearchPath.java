package org.relevo.proxy.catalog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The names in a `search_path`, as PostgreSQL splits them (`SplitIdentifierString`).
///
/// @param names folded and unquoted; `$user` as written
record SearchPath(List<String> names) {
  static final String USER = "$user";

  /// Bytes of a name that count.
  private static final int MAX_NAME_BYTES = 63;

  private static final int MAX_CHARS = 65_536;

  SearchPath {
    names = List.copyOf(names);
  }

  /// @return empty when the server would refuse the text, or it is longer than is looked at
  static Optional<SearchPath> parse(String setting) {
    List<String> names = new ArrayList<>();
    int at = blanks(setting, 0);
    int end = setting.length();
    if (end > MAX_CHARS) {
      return Optional.empty();
    }
    if (at == end) {
      return Optional.of(new SearchPath(names));
    }
    while (true) {
      StringBuilder name = new StringBuilder();
      at = setting.startsWith("\"", at) ? quoted(setting, at, name) : plain(setting, at, name);
      if (at < 0) {
        return Optional.empty();
      }
      names.add(cut(name.toString()));
      at = blanks(setting, at);
      if (at == end) {
        return Optional.of(new SearchPath(names));
      }
      if (setting.charAt(at) != ',') {
        return Optional.empty();
      }
      at = blanks(setting, at + 1);
    }
  }

  private static int quoted(String text, int from, StringBuilder name) {
    int at = from + 1;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        name.append(c);
      } else if (at < text.length() && text.charAt(at) == '"') {
        name.append('"');
        at++;
      } else {
        return at;
      }
    }
    return -1;
  }

  private static int plain(String text, int from, StringBuilder name) {
    int at = from;
    while (at < text.length() && text.charAt(at) != ',' && !blank(text.charAt(at))) {
      char c = text.charAt(at++);
      name.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
    }
    return at == from ? -1 : at;
  }

  private static int blanks(String text, int from) {
    int at = from;
    while (at < text.length() && blank(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static String cut(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= MAX_NAME_BYTES) {
      return name;
    }
    int length = MAX_NAME_BYTES;
    while ((bytes[length] & 0xC0) == 0x80) {
      length--; // not within a character
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
