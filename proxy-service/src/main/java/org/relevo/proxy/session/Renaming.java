package org.relevo.proxy.session;

import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.SharedStatement;

/// Takes back what the client called a statement.
final class Renaming implements Note {
  private final StatementNames names;
  private final byte[] name;
  private final @Nullable SharedStatement before;
  private final @Nullable SharedStatement sent;

  Renaming(
      StatementNames names,
      byte[] name,
      @Nullable SharedStatement before,
      @Nullable SharedStatement sent) {
    this.names = names;
    this.name = name;
    this.before = before;
    this.sent = sent;
  }

  @Override
  public void skipped(ServerConnection connection) {
    if (before == null) {
      names.remove(name);
    } else {
      names.put(name, before);
    }
    if (sent != null) {
      sent.skipped(connection);
    }
  }
}
