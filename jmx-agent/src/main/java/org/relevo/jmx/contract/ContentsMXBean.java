package org.relevo.jmx.contract;

import java.util.List;

/// Compares the contents of tables on all nodes row by row, in the background and at a given pace,
/// while clients go on working; finds the rows that differ and plans their repair.
public interface ContentsMXBean {
  /// The comparison, running or ended.
  ContentReport getReport();

  /// Starts a comparison and returns at once.
  ///
  /// @param database "" for the configured one
  /// @param tables `schema.name` with commas between; "" for all
  /// @param pacePercent part of the time in which it reads, 1 to 100
  /// @return id of the report that is being made
  /// @throws IllegalStateException when a comparison is running
  @RequiresRole(Role.OPERATOR)
  long compare(String database, String tables, int pacePercent);

  /// Stops the comparison; `resume` goes on where it was.
  @RequiresRole(Role.OPERATOR)
  void stop();

  /// Goes on with a comparison that was stopped or failed.
  ///
  /// @throws IllegalStateException when there is none
  @RequiresRole(Role.OPERATOR)
  void resume();

  /// Rows that differ, with their contents.
  ///
  /// @param maxRows 1 to 1000
  @RequiresRole(Role.OPERATOR)
  List<RowDifference> differences(int maxRows);

  /// What would make the other nodes' rows those of a reference node. Changes nothing.
  ///
  /// @param referenceNodeId whose rows are right
  @RequiresRole(Role.OPERATOR)
  RepairPlan plan(int referenceNodeId);

  /// Carries out the plan that was shown last: new transactions wait, each node's statements are
  /// one transaction, and each statement must change one row.
  ///
  /// @param planId of the plan
  /// @throws IllegalStateException when that is not the last plan
  @RequiresRole(Role.ADMIN)
  RepairReport repair(String planId);
}
