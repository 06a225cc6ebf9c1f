package org.relevo.jmx.contract;

/// What a client is doing.
public enum ClientState {
  /// It has connected and is not logged in yet.
  LOGIN,
  /// Nothing is asked and no transaction is open.
  IDLE,
  /// A statement runs.
  ACTIVE,
  /// A transaction is open and nothing is asked.
  IN_TRANSACTION,
  /// It wants a server connection and is in the queue.
  WAITING
}
