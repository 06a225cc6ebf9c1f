package org.relevo.jmx.benchmark;

/// Where a client is.
enum ClientPhase {
  /// Between two transactions.
  IDLE,
  RUNNING,
  /// For its turn, by the rate.
  THROTTLED,
  SLEEPING,
  /// For the server's answer.
  WAITING,
  /// After a failure.
  PAUSED,
  CONNECTING,
  ENDED
}
