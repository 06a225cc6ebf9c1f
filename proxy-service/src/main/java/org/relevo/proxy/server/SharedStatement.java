package org.relevo.proxy.server;

import java.nio.charset.StandardCharsets;

/// A prepared statement by its content. It has the same name on every server connection, whichever
/// client asked for it.
///
/// @param id what makes its name
/// @param text body of the Parse message after the name: the query, its terminator, the types
/// @param context the settings under which it is to be parsed
/// @param traits what the scan of its text found, bits of the session's own
public record SharedStatement(long id, byte[] text, VarSet context, int traits, byte[] serverName)
    implements Note {
  /// What the names of the service's statements begin with.
  public static final String PREFIX = "relevo_";

  public static SharedStatement of(long id, byte[] text, VarSet context, int traits) {
    return new SharedStatement(
        id, text, context, traits, (PREFIX + id).getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void skipped(ServerConnection connection) {
    connection.statements().remove(this);
  }

  @Override
  public boolean equals(Object other) {
    return other == this;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(id);
  }

  @Override
  public String toString() {
    return PREFIX + id;
  }
}
