package org.relevo.proxy.onlinerecovery;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.agent.Commands;
import org.relevo.proxy.core.BackendId;

/// What every way of recovery does at its end, whatever has come of it.
final class Endings {
  private Endings() {}

  /// The node is not shown as being recovered any more, and not used.
  static void unmark(RecoveryContext context, BackendId node, BackendId source) {
    try {
      context.served().endRecovery(node, source, false);
    } catch (RecoveryFailure e) {
      context
          .journal()
          .record(
              LogLevel.WARN,
              "recovery.still-marked",
              "node=%s reason=\"%s\"".formatted(node, Commands.oneLine(e)));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  static void close(@Nullable Connection connection) {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException _) {
        // Broken already; the server forgets it by itself.
      }
    }
  }
}
