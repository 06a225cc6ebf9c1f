package org.relevo.jmx.contract;

import java.util.List;

/// Role changes. The service owns the operation; consoles only watch it.
public interface FailoverMXBean {
  /// The running operation, else the last one, else one with id "".
  OperationStatus getCurrent();

  /// Newest first, at most 50.
  List<OperationStatus> getHistory();

  /// Dry run: checks everything, changes nothing.
  ///
  /// @param targetNodeId -1 for the best candidate
  /// @throws IllegalArgumentException when there is no such node
  @RequiresRole(Role.MONITOR)
  SwitchoverPlan planSwitchover(int targetNodeId, String reason);

  /// Runs a plan that was seen. Checks are made again first.
  ///
  /// @return id of the operation; follow it with `operation` or the `switchover.*` events
  /// @throws IllegalStateException when the plan is unknown, changed, not startable, older than 10
  ///   minutes, or another operation runs
  @RequiresRole(Role.OPERATOR)
  String startSwitchover(String planId, String planHash);

  /// @throws IllegalArgumentException when there is no such operation
  @RequiresRole(Role.MONITOR)
  OperationStatus operation(String id);

  /// Asks a running operation to put everything back. Refused after the point of no return.
  ///
  /// @throws IllegalStateException when it is past that point or not running
  @RequiresRole(Role.OPERATOR)
  void abort(String id);
}
