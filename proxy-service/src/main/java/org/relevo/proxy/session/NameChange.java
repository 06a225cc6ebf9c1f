package org.relevo.proxy.session;

import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.SharedStatement;

/// What PREPARE or DEALLOCATE of one name changes: done when it is sent, taken back when the server
/// did not do it.
final class NameChange implements Note {
  private final StatementNames names;
  private final byte[] name;
  private final @Nullable SharedStatement made;
  private final @Nullable SharedStatement before;
  private final SplicedText text;
  private final @Nullable Displaced displaced;

  /// What was on the server under the same name is closed first.
  static final class Displaced implements Note {
    private final SharedStatement statement;
    private boolean kept;

    Displaced(SharedStatement statement) {
      this.statement = statement;
    }

    @Override
    public void skipped(ServerConnection connection) {
      kept = true;
      var _ = connection.statements().add(statement, Integer.MAX_VALUE);
    }
  }

  /// @param made what the name stands for now; null when it is free now
  /// @param before what it stood for; null when it was free
  /// @param text that changes it
  /// @param displaced what goes ahead of it; null when there is nothing to close
  NameChange(
      StatementNames names,
      byte[] name,
      @Nullable SharedStatement made,
      @Nullable SharedStatement before,
      SplicedText text,
      @Nullable Displaced displaced) {
    this.names = names;
    this.name = name;
    this.made = made;
    this.before = before;
    this.text = text;
    this.displaced = displaced;
  }

  /// What was sent.
  SplicedText text() {
    return text;
  }

  void apply(ServerConnection connection) {
    if (made != null) {
      names.put(name, made);
      // Room for it is made when the next one is prepared by the service itself.
      var _ = connection.statements().add(made, Integer.MAX_VALUE);
    } else {
      names.remove(name);
    }
  }

  @Override
  public void skipped(ServerConnection connection) {
    if (made != null && (displaced == null || !displaced.kept)) {
      connection.statements().remove(made);
    }
    if (before == null) {
      names.remove(name);
    } else {
      names.put(name, before);
    }
  }
}
