package org.relevo.proxy.sql.classify;

/// A text names more, or asks for more comparing, than a text of use does. It becomes unknown. One
/// instance without a stack, so that such texts are cheap.
final class TooMuchException extends RuntimeException {
  /// Different names of a kind in one statement, and places whose value differs each time.
  static final int NAMES = 4096;

  /// Comparisons of relation names with names of WITH queries, in one text.
  static final int COMPARISONS = 1_000_000;

  static final TooMuchException INSTANCE = new TooMuchException();

  private static final long serialVersionUID = 1;

  private TooMuchException() {
    super("too much in one statement", null, false, false);
  }
}
