package org.relevo.jmx.contract;

/// Compares the nodes' contents.
public interface ConsistencyMXBean {
  ConsistencyReport getLastReport();

  /// Starts a comparison and returns at once; follow it with `getLastReport` or the events
  /// `consistency.started` and `consistency.finished`.
  ///
  /// @param database "" for the configured one
  /// @return id of the report that is being made
  /// @throws IllegalStateException when a comparison or an operation is running
  @RequiresRole(Role.OPERATOR)
  long check(String database);
}
