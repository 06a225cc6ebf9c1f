package org.relevo.proxy.sql.classify;

/// A text names more, or asks for more comparing, than a text of use does, or has a name whose
/// escapes are wrong. It becomes unknown. Has no stack, so that such texts are cheap.
final class GivenUpException extends RuntimeException {
  /// Different names of a kind in one statement. Also bounds what names made to have one hash cost.
  static final int NAMES = 1024;

  /// Places of one statement whose value differs each time.
  static final int SPOTS = 1 << 16;

  /// Comparisons of relation names with names of WITH queries, in one text: about a millisecond.
  static final int COMPARISONS = 100_000;

  private static final long serialVersionUID = 1;

  GivenUpException() {
    super("statement given up", null, false, false);
  }
}
