package org.relevo.jmx.contract;

/// Where a recovery is.
public enum RecoveryState {
  RUNNING,
  SUCCEEDED,
  FAILED,
  /// By an operator's word; clients and the other nodes are as before.
  CANCELLED,
  /// The service that ran it ended; asking for it again goes on with what was done.
  INTERRUPTED
}
