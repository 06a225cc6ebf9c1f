package org.relevo.jmx.contract;

import java.util.List;

/// What one PostgreSQL server is doing: sessions, who waits for whom, plans, tables and indexes.
/// Each call asks the server; calls within half a second share one answer.
public interface SessionsMXBean {
  /// Most rows of any list.
  int MAX_ROWS = 5000;

  /// Whether the server runs on the machine of this service, so that processor, memory and disk of
  /// each session are known.
  boolean isLocal();

  /// What cannot be told and why, such as a right that is missing.
  List<String> getMissing();

  /// Names of the databases that can be connected to.
  List<String> getDatabases();

  /// @param order CPU, IO, QUERY, TRANSACTION or MEMORY
  /// @param idle whether idle ones are listed too
  /// @param maxRows 1 to [#MAX_ROWS]
  /// @throws IllegalStateException when the server does not answer
  @RequiresRole(Role.MONITOR)
  List<SessionInfo> sessions(SessionOrder order, boolean idle, int maxRows);

  /// Who waits for a lock, and who holds it; empty when nobody waits.
  @RequiresRole(Role.MONITOR)
  List<BlockedSession> blocking();

  /// Maintenance in progress.
  @RequiresRole(Role.MONITOR)
  List<ProgressInfo> progress();

  /// The plan of a session's statement. Only for statements that EXPLAIN takes; it is not run.
  @RequiresRole(Role.OPERATOR)
  PlanInfo plan(int pid);

  /// Cancels a session's statement.
  ///
  /// @param startedAtEpochMs of the session as listed, so that a process that has taken over the
  ///   number is not hit; 0 for whoever has it
  /// @return whether there was such a session
  @RequiresRole(Role.OPERATOR)
  boolean cancel(int pid, long startedAtEpochMs);

  /// Ends a session.
  ///
  /// @param startedAtEpochMs as of `cancel`
  /// @return whether there was such a session
  @RequiresRole(Role.ADMIN)
  boolean terminate(int pid, long startedAtEpochMs);

  /// User tables, largest first.
  ///
  /// @param database "" for the one the service connects to
  /// @param maxRows 1 to [#MAX_ROWS]
  @RequiresRole(Role.MONITOR)
  List<TableInfo> tables(String database, int maxRows);

  /// Indexes of user tables, largest first.
  ///
  /// @param database "" for the one the service connects to
  /// @param maxRows 1 to [#MAX_ROWS]
  @RequiresRole(Role.MONITOR)
  List<IndexInfo> indexes(String database, int maxRows);
}
