package org.relevo.jmx.benchmark;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.relevo.jmx.contract.BenchmarkPlan;
import org.relevo.jmx.postgres.JdbcTarget;

/// The scale of the tables, found as pgbench finds it: the number of branches.
final class Scale {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  private Scale() {}

  /// @return 1 for a plan that has scripts of its own only: there need not be any tables
  static int of(JdbcTarget target, BenchmarkPlan plan) throws SQLException {
    if (!PlanReader.usesBuiltIn(plan)) {
      return 1;
    }
    try (Connection connection = target.open("relevo bench", CONNECT_LIMIT, ANSWER_LIMIT);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) FROM pgbench_branches")) {
      int scale = result.next() ? result.getInt(1) : 0;
      if (scale < 1) {
        throw new SQLException("pgbench_branches is empty; fill the tables first", "02000");
      }
      return scale;
    }
  }
}
