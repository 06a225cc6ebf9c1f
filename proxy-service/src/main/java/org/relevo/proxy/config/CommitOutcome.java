package org.relevo.proxy.config;

/// What is done about a COMMIT whose answer is lost with the primary.
public enum CommitOutcome {
  /// The primary of now is asked what became of it.
  ASK,
  /// The client is told that it is not known.
  UNKNOWN
}
