package org.relevo.proxy.routing;

import org.relevo.proxy.sql.QualifiedName;

/// `read_only_function_list` and `write_function_list`: at most one is set, and then the catalog's
/// word on functions does not count.
///
/// Owner: none; thread-safe.
public final class FunctionRules {
  static final FunctionRules NONE = new FunctionRules(NamePatterns.NONE, NamePatterns.NONE);

  /// What the lists say of a function.
  enum Verdict {
    READS,
    WRITES,
    /// No list is set.
    ASK_CATALOG
  }

  private final NamePatterns reading;
  private final NamePatterns writing;

  private FunctionRules(NamePatterns reading, NamePatterns writing) {
    this.reading = reading;
    this.writing = writing;
  }

  /// Names or expressions between commas.
  ///
  /// @param text of `read_only_function_list`: all others write
  public static FunctionRules reading(String text) throws RuleSyntaxException {
    return new FunctionRules(NamePatterns.of(text), NamePatterns.NONE);
  }

  /// @param text of `write_function_list`: all others read
  public static FunctionRules writing(String text) throws RuleSyntaxException {
    return new FunctionRules(NamePatterns.NONE, NamePatterns.of(text));
  }

  Verdict of(QualifiedName function) {
    if (!reading.isEmpty()) {
      return reading.match(function) ? Verdict.READS : Verdict.WRITES;
    }
    if (!writing.isEmpty()) {
      return writing.match(function) ? Verdict.WRITES : Verdict.READS;
    }
    return Verdict.ASK_CATALOG;
  }
}
