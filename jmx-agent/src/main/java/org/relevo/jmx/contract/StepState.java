package org.relevo.jmx.contract;

/// Progress of one step or check of an operation.
public enum StepState {
  PENDING,
  RUNNING,
  DONE,
  FAILED,
  SKIPPED,
  /// Its effect was taken back.
  UNDONE
}
