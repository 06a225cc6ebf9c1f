package org.relevo.jmx.contract;

/// Answer of a pre-flight check.
public enum CheckResult {
  PASS,
  /// Allowed, but the person must agree.
  WARN,
  /// The operation does not start.
  BLOCK
}
