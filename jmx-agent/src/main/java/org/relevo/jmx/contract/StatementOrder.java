package org.relevo.jmx.contract;

/// What statements are sorted by, the most first.
public enum StatementOrder {
  TOTAL_TIME,
  MEAN_TIME,
  P99_TIME,
  CALLS,
  ROWS,
  ERRORS
}
