package org.relevo.proxy.routing;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;

/// Reads the lists of the balancing settings: parts between separators, each with its place.
final class ListReader {
  /// Longest expression; longer ones could grow large programs.
  private static final int MAX_EXPRESSION = 10_000;

  private static final int MAX_PARTS = 10_000;

  private ListReader() {}

  /// @param position of its first character in the setting, 1 for the first
  record Part(String text, int position) {}

  /// Blank parts are left out. A backslash before the separator makes it an ordinary character.
  static List<Part> parts(String text, char separator) throws RuleSyntaxException {
    List<Part> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int begin = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? separator : text.charAt(i);
      if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == separator) {
        part.append(separator);
        i++;
      } else if (c != separator || (i < text.length() && inBrackets(text, begin, i))) {
        part.append(c);
      } else {
        add(part, begin, parts);
        part.setLength(0);
        begin = i + 1;
      }
    }
    return List.copyOf(parts);
  }

  /// Whether a separator stands in the `[…]` or `{…}` of an expression, as in `f{1,2}`.
  private static boolean inBrackets(String text, int begin, int at) {
    char open = 0;
    for (int i = begin; i < at; i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (open == 0 && (c == '[' || c == '{')) {
        open = c;
      } else if ((open == '[' && c == ']') || (open == '{' && c == '}')) {
        open = 0;
      }
    }
    return open != 0 && text.indexOf(open == '[' ? ']' : '}', at) > 0;
  }

  private static void add(StringBuilder part, int begin, List<Part> parts)
      throws RuleSyntaxException {
    String text = part.toString();
    if (text.isBlank()) {
      return;
    }
    if (parts.size() == MAX_PARTS) {
      throw new RuleSyntaxException(begin + 1, "more than " + MAX_PARTS + " parts");
    }
    int blanks = text.length() - text.stripLeading().length();
    parts.add(new Part(text.strip(), begin + blanks + 1));
  }

  /// An expression as pgpool-II takes it: extended, for the whole of a text, whatever its case;
  /// matched in linear time.
  static Pattern expression(String text, int position) throws RuleSyntaxException {
    if (text.length() > MAX_EXPRESSION) {
      throw new RuleSyntaxException(
          position, "an expression has more than " + MAX_EXPRESSION + " characters");
    }
    try {
      return Pattern.compile("(?:" + text + ")", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new RuleSyntaxException(
          position, "'" + text + "' is not a regular expression: " + e.getDescription());
    }
  }
}
