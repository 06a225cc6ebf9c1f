package org.relevo.jmx.benchmark.script;

import java.util.ArrayList;
import java.util.List;

/// A statement with places for variables: `text(0) :names(0) text(1) … text(n)`.
///
/// @param number of the statement within all scripts of a run, from 0 on
/// @param texts one more than names
public record SqlText(int number, List<String> texts, List<String> names) {
  /// PostgreSQL's protocol would allow more; pgbench does not.
  private static final int MOST_NAMES = 255;

  public SqlText {
    texts = List.copyOf(texts);
    names = List.copyOf(names);
  }

  /// Looks for `:name` everywhere, in quotes too, as pgbench does; `::` is a cast.
  static SqlText of(int number, String sql) {
    List<String> texts = new ArrayList<>();
    List<String> names = new ArrayList<>();
    int kept = 0;
    int at = 0;
    while (at < sql.length()) {
      if (sql.charAt(at) != ':') {
        at++;
        continue;
      }
      int end = nameEnd(sql, at + 1);
      if (end == at + 1) {
        while (at < sql.length() && sql.charAt(at) == ':') {
          at++;
        }
        continue;
      }
      texts.add(sql.substring(kept, at));
      names.add(sql.substring(at + 1, end));
      kept = end;
      at = end;
    }
    texts.add(sql.substring(kept));
    if (names.size() > MOST_NAMES) {
      throw new ScriptException(
          "a statement has " + names.size() + " variables; " + MOST_NAMES + " are possible");
    }
    return new SqlText(number, texts, names);
  }

  private static int nameEnd(String sql, int from) {
    int end = from;
    while (end < sql.length() && isName(sql.charAt(end), end == from)) {
      end++;
    }
    return end;
  }

  static boolean isName(char c, boolean first) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || c >= 0x80
        || (!first && c >= '0' && c <= '9');
  }

  /// With `$1`, `$2`, … in the places.
  public String parameterised() {
    StringBuilder text = new StringBuilder(texts.getFirst());
    for (int i = 1; i < texts.size(); i++) {
      text.append('$').append(i).append(texts.get(i));
    }
    return text.toString();
  }
}
