package org.relevo.proxy.auth.hba;

import java.util.ArrayList;
import java.util.List;

/// Cuts one line into fields and their words: blanks part fields, commas part words, `#` begins a
/// comment, double quotes keep all of these, two of them inside quotes are one.
///
/// Owner: the thread that reads the configuration.
final class HbaWords {
  private final String text;
  private int at;
  private boolean unclosed;

  HbaWords(String text) {
    this.text = text;
  }

  /// Whether a quote was still open at the end.
  boolean unclosed() {
    return unclosed;
  }

  List<List<HbaToken>> fields() {
    List<List<HbaToken>> fields = new ArrayList<>();
    while (skipTo()) {
      List<HbaToken> field = new ArrayList<>();
      boolean more = true;
      while (more && skipTo()) {
        field.add(word());
        more = at < text.length() && text.charAt(at) == ',';
      }
      fields.add(field);
    }
    return fields;
  }

  /// Moves to the next word.
  ///
  /// @return false at the end of the line or at a comment
  private boolean skipTo() {
    while (at < text.length() && (isBlank(text.charAt(at)) || text.charAt(at) == ',')) {
      at++;
    }
    return at < text.length() && text.charAt(at) != '#';
  }

  private HbaToken word() {
    StringBuilder word = new StringBuilder();
    boolean quoted = text.charAt(at) == '"';
    boolean inside = false;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        if (inside && at + 1 < text.length() && text.charAt(at + 1) == '"') {
          word.append(c);
          at++;
        } else {
          inside = !inside;
        }
      } else if (!inside && (isBlank(c) || c == ',' || c == '#')) {
        break;
      } else {
        word.append(c);
      }
    }
    unclosed |= inside;
    return new HbaToken(word.toString(), quoted);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
  }
}
