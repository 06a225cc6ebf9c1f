package org.relevo.proxy.session;

import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.SharedStatement;

/// A statement that is closed on a server to make room.
record Eviction(SharedStatement statement) implements Note {
  @Override
  public void skipped(ServerConnection connection) {
    connection.statements().add(statement, Integer.MAX_VALUE);
  }
}
