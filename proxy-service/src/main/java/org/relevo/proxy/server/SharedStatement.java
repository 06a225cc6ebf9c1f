package org.relevo.proxy.server;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.StatementClass;

/// A prepared statement by its content. It has the same name on every server connection, whichever
/// client asked for it. Immutable but for what is found out later; its arrays are not to be
/// changed. Subclasses say how else it is prepared.
public class SharedStatement implements Note {
  /// What the names of the service's statements begin with.
  public static final String PREFIX = "relevo_";

  private final long id;
  private final byte[] text;
  private final VarSet context;
  private final int traits;
  private final byte[] serverName;
  private final Note unnamed = new Unnamed(this);

  /// Found once; a second thread would find the same.
  private @Nullable StatementClass facts;

  /// @param id what makes its name
  /// @param text body of the Parse message after the name: the query, its terminator, the types
  /// @param context the settings under which it is to be parsed
  /// @param traits what the scan of its text found, bits of the session's own
  public SharedStatement(long id, byte[] text, VarSet context, int traits) {
    this.id = id;
    this.text = text;
    this.context = context;
    this.traits = traits;
    this.serverName = (PREFIX + id).getBytes(StandardCharsets.US_ASCII);
  }

  public final long id() {
    return id;
  }

  public final byte[] text() {
    return text;
  }

  public final VarSet context() {
    return context;
  }

  public final int traits() {
    return traits;
  }

  public final byte[] serverName() {
    return serverName;
  }

  /// What its text is; null while nobody has asked.
  public final @Nullable StatementClass facts() {
    return facts;
  }

  public final void facts(StatementClass found) {
    facts = found;
  }

  /// The note of a Parse that makes this the unnamed statement; the statement itself is the note of
  /// one that gives it its name.
  public final Note unnamed() {
    return unnamed;
  }

  @Override
  public void skipped(ServerConnection connection) {
    connection.statements().remove(this);
  }

  private record Unnamed(SharedStatement statement) implements Note {
    @Override
    public void skipped(ServerConnection connection) {
      if (statement.equals(connection.statements().unnamed())) {
        connection.statements().unnamed(null);
      }
    }
  }

  @Override
  public final String toString() {
    return PREFIX + id;
  }
}
