package org.relevo.proxy.session;

import java.nio.charset.StandardCharsets;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.server.VarSet;

/// A statement that is prepared by running PREPARE, because only the server can read the names of
/// its parameters' types. Its text is the command without the name: `PREPARE (int) AS SELECT $1`.
final class PreparedBySql extends SharedStatement {
  static final byte[] COMMAND = "PREPARE ".getBytes(StandardCharsets.US_ASCII);

  PreparedBySql(long id, byte[] text, VarSet context, int traits) {
    super(id, text, context, traits);
  }

  /// The command that makes it on a server.
  byte[] command() {
    byte[] text = text();
    byte[] name = serverName();
    int start = COMMAND.length;
    byte[] command = new byte[text.length + name.length + 2];
    System.arraycopy(COMMAND, 0, command, 0, start);
    command[start] = '"';
    System.arraycopy(name, 0, command, start + 1, name.length);
    int rest = start + name.length + 2;
    command[rest - 1] = '"';
    System.arraycopy(text, start, command, rest, text.length - start);
    return command;
  }
}
