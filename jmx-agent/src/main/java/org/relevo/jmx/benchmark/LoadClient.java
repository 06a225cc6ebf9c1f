package org.relevo.jmx.benchmark;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.postgres.JdbcTarget;

/// One client of a run: a connection of its own, one transaction after the other. A failed
/// transaction, or a connection that could not be had for one, is an error of the run; the client
/// goes on, with a new connection when the old one is lost.
///
/// Owner: its own virtual thread, apart from [#abort].
final class LoadClient implements Runnable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  // Longer than any hold of the proxy's gate; a server that is silent for longer is lost.
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(75);
  private static final long FIRST_PAUSE_MS = 10;
  private static final long LONGEST_PAUSE_MS = 500;

  private final JdbcTarget target;
  private final Script script;
  private final int scale;
  private final SplittableRandom random;
  private final RunFigures figures;
  private final StartAndStop signals;
  private volatile @Nullable Connection current;
  private long pauseMs = FIRST_PAUSE_MS;

  LoadClient(
      JdbcTarget target,
      Script script,
      int scale,
      SplittableRandom random,
      RunFigures figures,
      StartAndStop signals) {
    this.target = target;
    this.script = script;
    this.scale = scale;
    this.random = random;
    this.figures = figures;
    this.signals = signals;
  }

  @Override
  public void run() {
    while (!signals.stopping()) {
      try (Connection connection = target.open("relevo bench", CONNECT_LIMIT, ANSWER_LIMIT)) {
        current = connection;
        signals.awaitStart();
        work(connection);
      } catch (SQLException e) {
        // Before the start the others still connect; then this would be no failed transaction.
        signals.awaitStart();
        figures.failed(describe(e));
        pause();
      } finally {
        current = null;
      }
    }
  }

  /// Ends a transaction that does not end by itself.
  void abort() {
    Connection connection = current;
    if (connection != null) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        figures.note("cannot abort a connection: " + describe(e));
      }
    }
  }

  /// Runs transactions until the run stops or the connection is lost.
  private void work(Connection connection) throws SQLException {
    LoadTransaction transaction = new LoadTransaction(connection, script, scale, random);
    while (!signals.stopping()) {
      long began = System.nanoTime();
      try {
        transaction.run();
        figures.committed(began, System.nanoTime());
        pauseMs = FIRST_PAUSE_MS;
      } catch (SQLException e) {
        figures.failed(describe(e));
        boolean usable = rolledBack(connection, e);
        pause();
        if (!usable) {
          return;
        }
      }
    }
  }

  private boolean rolledBack(Connection connection, SQLException cause) throws SQLException {
    String state = cause.getSQLState();
    if (connection.isClosed() || state == null || state.startsWith("08")) {
      return false;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
      return true;
    } catch (SQLException e) {
      // Part of the same failure, which is counted already.
      figures.note(describe(cause) + "; then ROLLBACK: " + describe(e));
      return false;
    }
  }

  private void pause() {
    signals.awaitStop(pauseMs);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  }

  private static String describe(SQLException e) {
    return e.getMessage() + " (SQLSTATE " + e.getSQLState() + ")";
  }
}
