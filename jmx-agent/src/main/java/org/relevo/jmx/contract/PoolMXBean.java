package org.relevo.jmx.contract;

import java.util.List;

/// Clients and server connections of this service.
public interface PoolMXBean {
  PoolInfo getInfo();

  /// @return samples with a greater sequence, oldest first, one a second
  @RequiresRole(Role.MONITOR)
  List<PoolSample> samplesSince(long sequence);
}
