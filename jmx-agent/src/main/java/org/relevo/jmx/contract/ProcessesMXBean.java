package org.relevo.jmx.contract;

import java.util.List;

/// The processes of PostgreSQL on the machine of this service, seen by the machine itself: also of
/// a server that does not answer. Nothing is read while nobody asks.
public interface ProcessesMXBean {
  /// Most rows of a list.
  int MAX_ROWS = 5000;

  /// What cannot be told and why, such as a right that is missing.
  List<String> getMissing();

  /// @param order CPU, IO or MEMORY
  /// @param maxRows 1 to [#MAX_ROWS]
  @RequiresRole(Role.MONITOR)
  List<PostgresProcess> processes(SessionOrder order, int maxRows);
}
