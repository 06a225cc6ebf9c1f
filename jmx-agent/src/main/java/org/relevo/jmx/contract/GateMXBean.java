package org.relevo.jmx.contract;

/// Holds new transactions of this service's clients, so that another service of the cluster can
/// switch over or take a snapshot without any client's error.
public interface GateMXBean {
  GateStatus getStatus();

  /// Closes the gate. It opens by itself at the deadline, so that a dead caller cannot hold clients
  /// for ever. Returns at once; poll `getStatus` until `inTransaction` is 0.
  ///
  /// @param maxMs 1 to 60000
  /// @throws IllegalStateException when another operation holds it
  @RequiresRole(Role.OPERATOR)
  void hold(String operationId, long maxMs);

  /// Gives held sessions their connection to the node and opens the gate.
  ///
  /// @param primaryNodeId node that sessions must be on; -1 keeps them where they are
  @RequiresRole(Role.OPERATOR)
  GateRelease release(String operationId, int primaryNodeId);

  /// Looks at held sessions before their server goes away; what they carry is taken to the new one.
  ///
  /// @return sessions that cannot be moved (temporary tables, WITH HOLD cursors, session advisory
  ///   locks, LISTEN), which will end with 57P01
  @RequiresRole(Role.OPERATOR)
  int prepareMove(String operationId);
}
