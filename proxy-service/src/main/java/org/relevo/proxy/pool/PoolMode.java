package org.relevo.proxy.pool;

/// When a client gives its server connection back.
public enum PoolMode {
  /// When it leaves.
  SESSION,
  /// After each transaction.
  TRANSACTION,
  /// After each statement; transaction blocks are refused.
  STATEMENT
}
