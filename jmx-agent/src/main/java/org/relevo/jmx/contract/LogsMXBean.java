package org.relevo.jmx.contract;

import java.util.List;

/// Tails of logs.
public interface LogsMXBean {
  List<LogSource> getSources();

  /// @param cursor "" for the newest `maxLines` lines
  /// @param maxLines 1 to 2000
  /// @throws IllegalArgumentException when there is no such source
  @RequiresRole(Role.MONITOR)
  LogPage tail(String sourceId, String cursor, int maxLines);
}
