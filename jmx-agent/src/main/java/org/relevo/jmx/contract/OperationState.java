package org.relevo.jmx.contract;

/// Progress of a whole operation.
public enum OperationState {
  PLANNED,
  RUNNING,
  SUCCEEDED,
  /// Ended with a state a person must look at; the outcome text says what to do.
  FAILED,
  /// Ended with everything put back.
  ABORTED
}
