package org.relevo.proxy.sql.classify;

/// A text names more, or asks for more comparing, than a text of use does, or has a name whose
/// escapes are wrong. It becomes unknown. One instance without a stack, so that such texts are
/// cheap.
final class GivenUpException extends RuntimeException {
  /// Different names of a kind in one statement, and places whose value differs each time.
  static final int NAMES = 4096;

  /// Comparisons of relation names with names of WITH queries, in one text.
  static final int COMPARISONS = 1_000_000;

  static final GivenUpException INSTANCE = new GivenUpException();

  private static final long serialVersionUID = 1;

  private GivenUpException() {
    super("statement given up", null, false, false);
  }
}
