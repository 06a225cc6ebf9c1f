package org.relevo.proxy.routing;

/// A statement's text, made only when a rule looks at it.
@FunctionalInterface
public interface QueryText {
  /// Matches no pattern.
  QueryText NONE = () -> "";

  CharSequence get();
}
