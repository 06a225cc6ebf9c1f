package org.relevo.proxy.catalog;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.relevo.proxy.sql.QualifiedName;

/// Names in the text of a function that is written in SQL or PL/pgSQL. Quotes and comments are
/// looked through like everything else: a string may be run. So it finds too much rather than too
/// little, but nothing that is put together while the function runs, and no name with blanks.
final class BodyScan {
  private BodyScan() {}

  /// @param calls names before a parenthesis, with the schema when one is written
  /// @param relations names of relations
  record Found(Set<QualifiedName> calls, Set<String> relations) {
    static final Found NOTHING = new Found(Set.of(), Set.of());
  }

  /// @param function whether a function of that name is of interest
  /// @param relation whether a relation of that name is
  static Found in(String body, Predicate<String> function, Predicate<String> relation) {
    Set<QualifiedName> calls = new HashSet<>();
    Set<String> relations = new HashSet<>();
    String schema = "";
    int at = 0;
    int end = body.length();
    while (at < end) {
      if (!part(body.charAt(at))) {
        schema = "";
        at++;
        continue;
      }
      int from = at;
      while (at < end && part(body.charAt(at))) {
        at++;
      }
      String written = body.substring(from, at);
      String folded = fold(written);
      at = quote(body, at);
      int next = blanks(body, at);
      if (next < end && body.charAt(next) == '.') {
        schema = at > from + written.length() ? written : folded;
        at = quote(body, blanks(body, next + 1));
        continue;
      }
      boolean call = next < end && body.charAt(next) == '(';
      for (String name : written.equals(folded) ? Set.of(folded) : Set.of(written, folded)) {
        if (call && function.test(name)) {
          calls.add(new QualifiedName(schema, name));
        }
        if (relation.test(name)) {
          relations.add(name);
        }
      }
      schema = "";
    }
    return calls.isEmpty() && relations.isEmpty() ? Found.NOTHING : new Found(calls, relations);
  }

  private static int quote(String body, int at) {
    return at < body.length() && body.charAt(at) == '"' ? at + 1 : at;
  }

  private static int blanks(String body, int from) {
    int at = from;
    while (at < body.length() && body.charAt(at) <= ' ') {
      at++;
    }
    return at;
  }

  private static String fold(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) >= 'A' && word.charAt(i) <= 'Z') {
        StringBuilder name = new StringBuilder(word);
        for (int j = i; j < word.length(); j++) {
          char c = word.charAt(j);
          name.setCharAt(j, c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
        }
        return name.toString();
      }
    }
    return word;
  }

  static boolean part(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '$'
        || c > 127;
  }
}
