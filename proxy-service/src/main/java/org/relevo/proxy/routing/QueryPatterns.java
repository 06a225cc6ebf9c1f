package org.relevo.proxy.routing;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/// `primary_routing_query_pattern_list`: texts that go to the primary.
///
/// Owner: none; immutable.
public final class QueryPatterns {
  static final QueryPatterns NONE = new QueryPatterns(List.of());

  /// A text longer than this goes to the primary without a look, so that no text takes long.
  static final int MAX_TEXT = 65_536;

  private final List<Pattern> patterns;

  private QueryPatterns(List<Pattern> patterns) {
    this.patterns = patterns;
  }

  /// @param text expressions between semicolons; `\;` is a semicolon of an expression
  public static QueryPatterns of(String text) throws RuleSyntaxException {
    List<Pattern> patterns = new ArrayList<>();
    for (ListReader.Part part : ListReader.parts(text, ';')) {
      patterns.add(ListReader.expression(part.text(), part.position()));
    }
    return new QueryPatterns(List.copyOf(patterns));
  }

  public boolean isEmpty() {
    return patterns.isEmpty();
  }

  public boolean match(QueryText query) {
    if (patterns.isEmpty()) {
      return false;
    }
    CharSequence text = query.get();
    if (text.length() > MAX_TEXT) {
      return true;
    }
    int to = text.length();
    while (to > 0 && (text.charAt(to - 1) <= ' ' || text.charAt(to - 1) == ';')) {
      to--;
    }
    int from = 0;
    while (from < to && text.charAt(from) <= ' ') {
      from++;
    }
    CharSequence bare = text.subSequence(from, to);
    for (Pattern pattern : patterns) {
      if (pattern.matcher(bare).matches()) {
        return true;
      }
    }
    return false;
  }
}
