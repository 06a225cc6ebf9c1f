package org.relevo.proxy.routing;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.relevo.proxy.sql.QualifiedName;

/// A list of expressions for names of functions.
///
/// Owner: none; thread-safe. Remembers at most [#MAX_REMEMBERED] answers, since clients choose the
/// names.
final class NamePatterns {
  static final NamePatterns NONE = new NamePatterns(List.of());
  static final int MAX_REMEMBERED = 4_096;

  private final List<Pattern> patterns;
  private final ConcurrentMap<QualifiedName, Boolean> answers = new ConcurrentHashMap<>();

  private NamePatterns(List<Pattern> patterns) {
    this.patterns = patterns;
  }

  /// @param text expressions between commas
  static NamePatterns of(String text) throws RuleSyntaxException {
    List<Pattern> patterns = new ArrayList<>();
    for (ListReader.Part part : ListReader.parts(text, ',')) {
      patterns.add(ListReader.expression(part.text(), part.position()));
    }
    return patterns.isEmpty() ? NONE : new NamePatterns(List.copyOf(patterns));
  }

  boolean isEmpty() {
    return patterns.isEmpty();
  }

  /// Whether an expression matches the name as it is written, with its schema if it has one.
  boolean match(QualifiedName name) {
    Boolean known = answers.get(name);
    if (known != null) {
      return known;
    }
    String text = name.qualified() ? name.schema() + "." + name.name() : name.name();
    boolean found = false;
    for (Pattern pattern : patterns) {
      found |= pattern.matches(text);
    }
    if (answers.size() < MAX_REMEMBERED) {
      answers.put(name, found);
    }
    return found;
  }
}
