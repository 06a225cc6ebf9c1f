package org.relevo.proxy.session;

import java.util.Arrays;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementKind;

/// A statement on its way that other nodes must be told of, once it has succeeded.
///
/// Owner: event loop of the session.
final class EntryNote implements Note {
  private final Block block;
  private final Lease lease;
  private final SqlStatement statement;
  private final byte[] text;
  private boolean failed;

  EntryNote(Block block, Lease lease, SqlStatement statement, byte[] text) {
    this.block = block;
    this.lease = lease;
    this.statement = statement;
    this.text = text;
  }

  /// The text up to its terminator.
  static byte[] text(byte[] body, int length) {
    int end = 0;
    while (end < length && body[end] != 0) {
      end++;
    }
    return Arrays.copyOf(body, end);
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
    if (failed) {
      return;
    }
    if (statement.kind() == StatementKind.BEGIN) {
      if (block.open() && block.bound() != null) {
        return; // a second BEGIN within a block
      }
      block.begin(text);
    } else if (block.open() && block.bound() == null) {
      block.add(statement.kind(), statement.name(), text, false);
    } else {
      return;
    }
    lease.block().told(block.told());
  }
}
