package org.relevo.proxy.session;

import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.BackendError;

/// Stands for a statement that the service refuses. The server gets a text that it cannot read in
/// its place, so that transaction and batch fail just as with any error; the client gets this one.
record Refusal(BackendError error) implements Note {
  /// What the server gets.
  static final String UNREADABLE = "relevo: refused";

  static Refusal of(String sqlState, String message) {
    return new Refusal(BackendError.of("ERROR", sqlState, message));
  }

  @Override
  public void skipped(ServerConnection connection) {
    // nothing was changed
  }
}
