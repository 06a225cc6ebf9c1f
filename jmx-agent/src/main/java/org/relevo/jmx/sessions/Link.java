package org.relevo.jmx.sessions;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.postgres.JdbcTarget;
import org.relevo.jmx.processes.ProcessTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way to one server for questions that people ask. The connection to its usual database is
/// opened at the first question and closed half a minute after the last; one to another database
/// lives for one question.
///
/// Owner: itself; any thread may ask, one question is asked at a time.
public final class Link implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
  private static final long STATEMENT_LIMIT_MS = 15_000;
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long PATIENCE_MS = 4000;

  private final int nodeId;
  private final JdbcTarget target;
  private final ProcessTable processes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Connection kept;
  private long usedNanos;
  private boolean closed;
  private volatile boolean local;

  /// A question.
  ///
  /// @param <T> its answer
  @FunctionalInterface
  public interface Question<T> {
    /// @param major version of the server
    T ask(Connection connection, int major) throws SQLException;
  }

  public Link(int nodeId, JdbcTarget target, ProcessTable processes) {
    this.nodeId = nodeId;
    this.target = target;
    this.processes = processes;
  }

  public int nodeId() {
    return nodeId;
  }

  public String database() {
    return target.database();
  }

  /// Whether the server runs on this machine, as the last connection showed.
  public boolean local() {
    return local;
  }

  /// Asks in a database.
  ///
  /// @param database "" for the usual one
  /// @throws IllegalStateException when the server does not answer or refuses; in one line
  public <T> T ask(String database, Question<T> question) {
    if (!database.isEmpty() && !database.equals(target.database())) {
      try (Connection connection = open(target.withDatabase(database))) {
        return question.ask(connection, major(connection));
      } catch (SQLException e) {
        throw failed(e);
      }
    }
    try {
      if (!lock.tryLock(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("node " + nodeId + " still answers another question");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    try {
      Connection connection = usual();
      try {
        return question.ask(connection, major(connection));
      } catch (SQLException e) {
        if (!connection.isValid(1)) {
          drop();
        }
        throw e;
      } finally {
        usedNanos = System.nanoTime();
      }
    } catch (SQLException e) {
      throw failed(e);
    } finally {
      lock.unlock();
    }
  }

  /// Opens a connection of one's own to a database.
  public Connection open(String database) throws SQLException {
    return open(target.withDatabase(database));
  }

  private Connection usual() throws SQLException {
    if (closed) {
      throw new SQLException("the service is stopping", "57P01");
    }
    Connection connection = kept;
    if (connection != null && !connection.isClosed()) {
      return connection;
    }
    Connection opened = open(target);
    kept = opened;
    usedNanos = System.nanoTime();
    Thread.ofVirtual().name("sessions-idle-" + nodeId).start(this::closeWhenIdle);
    return opened;
  }

  private Connection open(JdbcTarget where) throws SQLException {
    Connection connection = where.open("relevo sessions", CONNECT_LIMIT, ANSWER_LIMIT);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET statement_timeout = " + STATEMENT_LIMIT_MS);
      try (ResultSet row =
          statement.executeQuery("SELECT pg_backend_pid(), coalesce(inet_client_port(), -1)")) {
        row.next();
        // Our port in the title of that process: no other machine's process shows it.
        String port = "(" + row.getInt(2) + ")";
        local = processes.title(row.getInt(1)).filter(title -> title.contains(port)).isPresent();
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private void closeWhenIdle() {
    lock.lock();
    try {
      while (kept != null) {
        long left = usedNanos + IDLE_NANOS - System.nanoTime();
        if (left <= 0) {
          drop();
          return;
        }
        boolean _ = changed.await(left, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void drop() {
    Connection connection = kept;
    kept = null;
    changed.signalAll();
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.debug("sessions.close-failed node={}", nodeId, e);
      }
    }
  }

  private static int major(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseMajorVersion();
  }

  private IllegalStateException failed(SQLException e) {
    return new IllegalStateException(
        "node %d at %s: %s (SQLSTATE %s)"
            .formatted(
                nodeId,
                target,
                String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " | "),
                e.getSQLState()));
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      drop();
    } finally {
      lock.unlock();
    }
  }
}
