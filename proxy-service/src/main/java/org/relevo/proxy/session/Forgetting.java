package org.relevo.proxy.session;

import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.ServerConnection;

/// DEALLOCATE ALL or DISCARD ALL on its way: when it has succeeded, the client's statements are
/// gone.
///
/// Owner: event loop of the session.
final class Forgetting implements Note {
  /// Makes one for each DEALLOCATE ALL.
  @FunctionalInterface
  interface Maker {
    Forgetting make();
  }

  private final StatementDesk statements;
  private boolean failed;

  Forgetting(StatementDesk statements) {
    this.statements = statements;
  }

  @Override
  public void failed() {
    failed = true;
  }

  @Override
  public void skipped(ServerConnection connection) {
    // it has not run
  }

  @Override
  public void done(ServerConnection connection) {
    if (!failed) {
      statements.forgetAll();
      connection.statements().clear();
    }
  }
}
