package org.relevo.proxy.routing;

/// A balancing setting that cannot be used.
public final class RuleSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param position of the bad part in the setting's text, 1 for its first character
  RuleSyntaxException(int position, String message) {
    super(message + " (at character " + position + ")");
  }
}
