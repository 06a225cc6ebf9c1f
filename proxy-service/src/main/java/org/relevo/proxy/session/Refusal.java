package org.relevo.proxy.session;

import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.BackendError;

/// Stands for a statement that the service refuses. The server gets a text that it cannot read in
/// its place, so that transaction and batch fail just as with any error; the client gets this one.
///
/// @param ofParse whether PostgreSQL finds it after it has looked at the transaction's state
record Refusal(BackendError error, boolean ofParse) implements Note {
  private static final BackendError ABORTED =
      BackendError.of(
          "ERROR",
          "25P02",
          "current transaction is aborted, commands ignored until end of transaction block");

  /// What the server gets.
  static final String UNREADABLE = "relevo: refused";

  static Refusal of(String sqlState, String message) {
    return new Refusal(BackendError.of("ERROR", sqlState, message), false);
  }

  /// An error that a failed transaction hides.
  static Refusal ofParse(String sqlState, String message) {
    return new Refusal(BackendError.of("ERROR", sqlState, message), true);
  }

  /// What the client gets.
  ///
  /// @param status of the transaction before the message
  BackendError errorIn(byte status) {
    return ofParse && status == 'E' ? ABORTED : error;
  }

  @Override
  public void skipped(ServerConnection connection) {
    // nothing was changed
  }
}
