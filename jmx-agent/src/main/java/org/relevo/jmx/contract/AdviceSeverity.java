package org.relevo.jmx.contract;

/// How urgent advice is.
public enum AdviceSeverity {
  /// Could be better.
  HINT,
  /// Will hurt.
  WARNING,
  /// Hurts, or will stop the server.
  CRITICAL
}
