package org.relevo.proxy.onlinerecovery;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.relevo.proxy.agent.Commands;
import org.relevo.proxy.health.NodeSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the source, once a second, how far the base backup is that it sends: whoever receives it,
/// here or elsewhere, is shown in the same way.
///
/// Owner: its own virtual thread, from the start to [#close].
final class CopyWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CopyWatch.class);
  private static final long LOOK_MS = 500;

  private final NodeSettings source;
  private final RecoveryProgress progress;
  private final Thread thread;

  private CopyWatch(NodeSettings source, RecoveryProgress progress) {
    this.source = source;
    this.progress = progress;
    this.thread = Thread.ofVirtual().name("copy-watch").unstarted(this::run);
  }

  static CopyWatch start(NodeSettings source, RecoveryProgress progress) {
    CopyWatch watch = new CopyWatch(source, progress);
    watch.thread.start();
    return watch;
  }

  private void run() {
    try {
      while (true) {
        try (Connection connection = RecoverySource.connect(source)) {
          while (true) {
            look(connection);
            Thread.sleep(LOOK_MS);
          }
        } catch (RecoveryFailure | SQLException e) {
          // The recovery itself finds out whether the source is lost.
          LOG.debug("recovery.progress-unknown reason=\"{}\"", Commands.oneLine(e));
        }
        Thread.sleep(LOOK_MS);
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private void look(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT backup_streamed, backup_total FROM pg_stat_progress_basebackup"
                    + " ORDER BY backup_streamed DESC LIMIT 1")) {
      if (row.next()) {
        long total = row.getLong(2);
        progress.copied(row.getLong(1), row.wasNull() ? -1 : total);
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
