package org.relevo.proxy.consistency;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.postgres.JdbcTarget;
import org.relevo.jmx.postgres.RowCounter;
import org.relevo.jmx.postgres.UserTable;
import org.relevo.proxy.consistency.NodeTables.Count;
import org.relevo.proxy.consistency.NodeTables.TableName;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;

/// One node's connection, then its snapshot, then its counts. The first failure stays as the node's
/// problem and makes the later steps do nothing.
///
/// Owner: one thread after the other, handed over through the check's executor; [#abort] any
/// thread.
final class NodeSnapshot implements AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final long POLL_NANOS = 2_000_000;

  private final NodeView node;
  private final JdbcTarget target;
  private volatile @Nullable Connection connection;
  private volatile String problem = "";
  private boolean standby;
  private boolean passing;

  NodeSnapshot(NodeView node, JdbcTarget target) {
    this.node = node;
    this.target = target;
  }

  /// Connects and makes ready, before any client waits.
  void connect(Duration countLimit) {
    attempt(() -> {
      Connection opened = target.open("relevo consistency", CONNECT_LIMIT, CONNECT_LIMIT);
      connection = opened;
      try (Statement statement = opened.createStatement()) {
        statement.execute("SET statement_timeout = " + countLimit.toMillis());
        // The marker's commit must be on the primary's disk, but need not wait for standbys.
        statement.execute("SET synchronous_commit = local");
        statement.execute("SET default_transaction_read_only = off");
      }
      standby = "t".equals(ask(opened, "SELECT pg_is_in_recovery()"));
    });
  }

  /// On the primary: a position that is behind every transaction that has committed, and that every
  /// standby will reach even if nothing more is written.
  Lsn position() throws SQLException {
    Connection open = openConnection();
    Lsn insert = Lsn.parse(ask(open, "SELECT pg_current_wal_insert_lsn()"));
    // The insert position may be ahead of what is flushed, and standbys only get what is flushed. A
    // committed message behind it flushes everything up to and beyond it.
    ask(open, "SELECT pg_logical_emit_message(true, 'relevo', 'consistency')");
    return insert;
  }

  /// On a standby: waits until `lsn` is replayed. Returns at once on a server of its own.
  void awaitReplayed(Lsn lsn, long deadlineNanos) {
    if (!standby) {
      return;
    }
    attempt(() -> {
      Lsn replayed = Lsn.ZERO;
      while (replayed.compareTo(lsn) < 0) {
        if (System.nanoTime() > deadlineNanos) {
          throw new SQLException(
              "has not replayed "
                  + lsn
                  + " in time: it is at "
                  + replayed
                  + ", "
                  + lsn.bytesAfter(replayed)
                  + " bytes behind");
        }
        replayed = Lsn.parse(ask(openConnection(), "SELECT pg_last_wal_replay_lsn()"));
        if (replayed.compareTo(lsn) < 0) {
          LockSupport.parkNanos(POLL_NANOS); // no server before 19 can be asked to wait
        }
      }
    });
  }

  /// Opens the transaction in which everything is counted, and takes its snapshot.
  void open() {
    attempt(() -> {
      Connection open = openConnection();
      try (Statement statement = open.createStatement()) {
        statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      }
      ask(open, "SELECT 1"); // the first query takes the snapshot
    });
  }

  /// @param standbys whether any node is a standby, which has no rows of unlogged tables
  NodeTables count(boolean standbys, Duration countLimit) {
    Map<TableName, Count> counts = new HashMap<>();
    attempt(() -> {
      Connection open = openConnection();
      // Somewhat longer than the server's own limit, whose words are better.
      open.setNetworkTimeout(Runnable::run, Math.toIntExact(countLimit.plusSeconds(5).toMillis()));
      RowCounter counter = new RowCounter(open);
      for (UserTable table : counter.tables()) {
        TableName name = new TableName(table.schema(), table.name());
        counts.put(name, count(counter, table, standbys));
      }
    });
    return new NodeTables(
        node.id().value(), node.name(), standby, counts, problem, passing && !problem.isEmpty());
  }

  private Count count(RowCounter counter, UserTable table, boolean standbys) throws SQLException {
    if (table.unlogged() && standbys) {
      return new Count(true, -1, Comparison.UNLOGGED);
    }
    if (!table.readable()) {
      return new Count(
          table.unlogged(), -1, "role " + target.user() + " may not read it; GRANT SELECT to it");
    }
    return new Count(table.unlogged(), counter.count(table), "");
  }

  boolean standby() {
    return standby;
  }

  /// "" while everything went well.
  String problem() {
    return problem;
  }

  /// Ends whatever it is doing.
  void abort() {
    Connection open = connection;
    if (open != null) {
      try {
        open.abort(Runnable::run);
      } catch (SQLException e) {
        problem = describe(e);
      }
    }
  }

  @Override
  public void close() {
    Connection open = connection;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        problem = describe(e); // the counts are taken already
      }
    }
  }

  int nodeId() {
    return node.id().value();
  }

  Connection openConnection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      throw new SQLException("not connected", "08003");
    }
    return open;
  }

  private void attempt(Step step) {
    if (!problem.isEmpty()) {
      return;
    }
    try {
      step.run();
    } catch (SQLException | RuntimeException e) {
      // A password supplier may fail with anything; the report must name the node all the same.
      passing = e instanceof SQLException sql && passes(sql);
      problem = describe(e);
    }
  }

  /// A standby's snapshot gave way to replay, or a table was dropped while it was counted.
  private static boolean passes(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.equals("40001")
        || state.equals("42P01")
        || String.valueOf(e.getMessage()).contains("conflict with recovery");
  }

  private String describe(Exception e) {
    String text = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " | ");
    return target.host() + ":" + target.port() + ": " + text;
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      @Nullable String answer = row.next() ? row.getString(1) : null;
      if (answer == null) {
        throw new SQLException("no answer to: " + sql, "02000");
      }
      return answer;
    }
  }

  /// A part of the work that may fail.
  private interface Step {
    void run() throws SQLException;
  }
}
