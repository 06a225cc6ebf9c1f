package org.relevo.jmx.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SplittableRandom;

/// One of pgbench's built-in scripts on one connection, statement by statement as pgbench sends
/// them with `-M prepared`: BEGIN and END are round trips of their own.
///
/// Owner: the client's thread.
final class LoadTransaction {
  private static final int ACCOUNTS_PER_SCALE = 100_000;
  private static final int TELLERS_PER_SCALE = 10;
  private static final int MAX_DELTA = 5000;

  private final Script script;
  private final int scale;
  private final SplittableRandom random;
  private final PreparedStatement begin;
  private final PreparedStatement updateAccount;
  private final PreparedStatement selectBalance;
  private final PreparedStatement updateTeller;
  private final PreparedStatement updateBranch;
  private final PreparedStatement insertHistory;
  private final PreparedStatement end;

  /// The statements end with the connection.
  LoadTransaction(Connection connection, Script script, int scale, SplittableRandom random)
      throws SQLException {
    this.script = script;
    this.scale = scale;
    this.random = random;
    // Prepared here means "known to the driver"; the server sees a statement at its first use.
    this.begin = connection.prepareStatement("BEGIN");
    this.updateAccount =
        connection.prepareStatement(
            "UPDATE pgbench_accounts SET abalance = abalance + ? WHERE aid = ?");
    this.selectBalance =
        connection.prepareStatement("SELECT abalance FROM pgbench_accounts WHERE aid = ?");
    this.updateTeller =
        connection.prepareStatement(
            "UPDATE pgbench_tellers SET tbalance = tbalance + ? WHERE tid = ?");
    this.updateBranch =
        connection.prepareStatement(
            "UPDATE pgbench_branches SET bbalance = bbalance + ? WHERE bid = ?");
    this.insertHistory =
        connection.prepareStatement(
            "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime)"
                + " VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP)");
    this.end = connection.prepareStatement("END");
  }

  void run() throws SQLException {
    int aid = random.nextInt(1, ACCOUNTS_PER_SCALE * scale + 1);
    switch (script) {
      case TPCB_LIKE -> tpcbLike(aid);
      case SELECT_ONLY -> select(aid);
    }
  }

  private void tpcbLike(int aid) throws SQLException {
    int bid = random.nextInt(1, scale + 1);
    int tid = random.nextInt(1, TELLERS_PER_SCALE * scale + 1);
    int delta = random.nextInt(-MAX_DELTA, MAX_DELTA + 1);
    begin.execute();
    update(updateAccount, delta, aid);
    select(aid);
    update(updateTeller, delta, tid);
    update(updateBranch, delta, bid);
    insertHistory.setInt(1, tid);
    insertHistory.setInt(2, bid);
    insertHistory.setInt(3, aid);
    insertHistory.setInt(4, delta);
    insertHistory.executeUpdate();
    end.execute();
  }

  private void select(int aid) throws SQLException {
    selectBalance.setInt(1, aid);
    try (ResultSet result = selectBalance.executeQuery()) {
      if (!result.next()) {
        throw new SQLException("account " + aid + " is missing in pgbench_accounts", "02000");
      }
    }
  }

  private static void update(PreparedStatement statement, int delta, int id) throws SQLException {
    statement.setInt(1, delta);
    statement.setInt(2, id);
    statement.executeUpdate();
  }
}
