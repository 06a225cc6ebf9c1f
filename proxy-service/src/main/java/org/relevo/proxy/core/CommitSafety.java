package org.relevo.proxy.core;

/// What makes a COMMIT that a killed service leaves on some servers only be found.
public enum CommitSafety {
  /// Each transaction that writes leaves a marker on every server; who lacks one is detached.
  JOURNAL,
  /// Transactions are prepared everywhere before they are committed; they are completed later.
  TWO_PHASE,
  /// Nothing.
  NONE
}
