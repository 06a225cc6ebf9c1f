package org.relevo.jmx.contract;

import java.util.List;

/// The machine under this service.
public interface HostMXBean {
  HostInfo getInfo();

  HostSample getLast();

  /// Local file systems, and when they will be full.
  default List<FileSystemInfo> getFileSystems() {
    return List.of();
  }

  /// @return samples with a greater sequence, oldest first, one a second
  @RequiresRole(Role.MONITOR)
  List<HostSample> samplesSince(long sequence);
}
