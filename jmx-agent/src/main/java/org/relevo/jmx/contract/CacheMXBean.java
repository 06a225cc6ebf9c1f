package org.relevo.jmx.contract;

import java.util.List;

/// What of one server's data is in memory, in shared buffers and in the machine's page cache. Looks
/// only when asked; answers of the last five seconds are shared.
public interface CacheMXBean {
  /// Most rows of a list.
  int MAX_ROWS = 5000;

  /// @param database "" for the one the service connects to
  @RequiresRole(Role.MONITOR)
  CacheStatus status(String database);

  /// Relations, those with most in memory first.
  ///
  /// @param database "" for the one the service connects to
  /// @param maxRows 1 to [#MAX_ROWS]
  @RequiresRole(Role.MONITOR)
  List<RelationCache> relations(String database, int maxRows);

  /// Creates the extension `pg_buffercache` in a database of a primary. Never done unasked.
  ///
  /// @param database "" for the one the service connects to
  @RequiresRole(Role.ADMIN)
  void install(String database);
}
