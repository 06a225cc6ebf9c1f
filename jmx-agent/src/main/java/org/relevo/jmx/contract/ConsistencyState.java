package org.relevo.jmx.contract;

/// Result of the last comparison.
public enum ConsistencyState {
  NEVER,
  RUNNING,
  EQUAL,
  DIFFERENT,
  FAILED
}
