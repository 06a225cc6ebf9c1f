package org.relevo.proxy.session;

import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.sql.NamedCommand;

/// PREPARE, EXECUTE or DEALLOCATE of a name as a statement of the extended protocol; its text has
/// the server's name. Never shared: the same text of another client is about another name.
final class SqlCommand extends SharedStatement {
  private final NamedCommand.Kind kind;
  private final byte[] name;
  private final SplicedText spliced;
  private final @Nullable SharedStatement target;

  /// @param name the client's, of the statement that it is about
  /// @param target that statement; null when there was none, or when it does not matter
  SqlCommand(
      long id,
      SplicedText spliced,
      int traits,
      NamedCommand.Kind kind,
      byte[] name,
      @Nullable SharedStatement target) {
    super(id, spliced.result(), VarSet.EMPTY, traits);
    this.spliced = spliced;
    this.kind = kind;
    this.name = name;
    this.target = target;
  }

  NamedCommand.Kind kind() {
    return kind;
  }

  /// How its text differs from the client's.
  SplicedText spliced() {
    return spliced;
  }

  byte[] name() {
    return name;
  }

  @Nullable SharedStatement target() {
    return target;
  }

  @Override
  public void skipped(ServerConnection connection) {
    super.skipped(connection);
    unnamed().skipped(connection);
  }
}
