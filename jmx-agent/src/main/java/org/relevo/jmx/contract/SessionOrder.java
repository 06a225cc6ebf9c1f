package org.relevo.jmx.contract;

/// What sessions are sorted by, greatest first.
public enum SessionOrder {
  /// Processor time now; where that is not known, active ones by the age of their statement.
  CPU,
  /// Bytes read and written now.
  IO,
  /// Age of the statement of active ones.
  QUERY,
  /// Age of the transaction.
  TRANSACTION,
  /// Memory.
  MEMORY
}
