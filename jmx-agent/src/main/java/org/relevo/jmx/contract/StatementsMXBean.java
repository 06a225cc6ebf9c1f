package org.relevo.jmx.contract;

import java.util.List;

/// What statements cost, by their shape. Only those of sessions that may be sent to several nodes.
public interface StatementsMXBean {
  int MAX_ROWS = 10_000;

  StatementsStatus getStatus();

  /// @param maxRows 1 to [#MAX_ROWS]
  /// @throws IllegalArgumentException for another `maxRows`
  @RequiresRole(Role.MONITOR)
  List<StatementInfo> top(int maxRows, StatementOrder order);

  /// Forgets everything counted so far.
  @RequiresRole(Role.OPERATOR)
  void reset();
}
