package org.relevo.jmx.contract;

/// What a server connection is doing.
public enum ServerConnectionState {
  /// It is being opened and logged in.
  OPENING,
  /// It is free.
  IDLE,
  /// A client holds it.
  ACTIVE,
  /// It is being reset after a client, or tried before the next one.
  CHECKING,
  /// It is being closed.
  CLOSING
}
