package org.relevo.jmx.contract;

import java.util.List;

/// Live statistics of one PostgreSQL server.
public interface PostgresMXBean {
  /// The newest sample; all numbers -1 before the first.
  PostgresSample getLast();

  /// Why there is no fresh sample, "" when there is one.
  String getProblem();

  /// @return samples with a greater sequence, oldest first, one a second
  @RequiresRole(Role.MONITOR)
  List<PostgresSample> samplesSince(long sequence);
}
