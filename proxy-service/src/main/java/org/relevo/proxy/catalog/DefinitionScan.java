package org.relevo.proxy.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Whether the text of a function that is written in SQL or PL/pgSQL makes, changes or drops
/// anything lasting. Strings and comments are looked through like everything else: a string may be
/// run. Temporary tables are nobody else's.
final class DefinitionScan {
  private DefinitionScan() {}

  static boolean in(String body) {
    List<String> words = words(body);
    Set<String> own = new HashSet<>();
    for (int i = 0; i < words.size(); i++) {
      boolean defines =
          switch (words.get(i)) {
            case "create" -> !temporary(words, i + 1, own);
            case "alter" -> !own.contains(name(words, i + 1));
            case "drop" ->
                !word(words, i - 1).equals("commit") && !own.contains(name(words, i + 1));
            default -> false;
          };
      if (defines) {
        return true;
      }
    }
    return false;
  }

  /// CREATE [LOCAL | GLOBAL | OR REPLACE] TEMP …; remembers a table's name.
  private static boolean temporary(List<String> words, int from, Set<String> own) {
    int at = from;
    while (Set.of("local", "global", "or", "replace", "unique").contains(word(words, at))) {
      at++;
    }
    if (word(words, at).equals("temp") || word(words, at).equals("temporary")) {
      own.add(name(words, at + 1));
      return true;
    }
    if (word(words, at).equals("index")) {
      while (at < words.size() && !word(words, at).equals("on")) {
        at++;
      }
      return own.contains(word(words, at + 1));
    }
    return false;
  }

  /// The name behind TABLE IF NOT EXISTS and its like.
  private static String name(List<String> words, int from) {
    int at = from;
    while (Set.of("table", "view", "sequence", "if", "not", "exists", "only")
        .contains(word(words, at))) {
      at++;
    }
    return word(words, at);
  }

  private static String word(List<String> words, int at) {
    return at >= 0 && at < words.size() ? words.get(at) : "";
  }

  private static List<String> words(String body) {
    List<String> words = new ArrayList<>();
    int at = 0;
    while (at < body.length()) {
      int from = at;
      while (at < body.length() && BodyScan.part(body.charAt(at))) {
        at++;
      }
      if (at > from) {
        words.add(body.substring(from, at).toLowerCase(Locale.ROOT));
      } else {
        at++;
      }
    }
    return words;
  }
}
