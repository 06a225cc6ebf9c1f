package org.relevo.jmx.host;

import java.util.List;

/// Counters of the machine at one moment; two of them make a sample.
///
/// @param atNs monotonic clock
/// @param loadAverage1m -1 when the system has none
record HostReading(
    long atNs,
    CpuTicks cpu,
    double loadAverage1m,
    long memoryAvailableBytes,
    long swapUsedBytes,
    List<Disk> disks,
    List<Network> networks) {
  HostReading {
    disks = List.copyOf(disks);
    networks = List.copyOf(networks);
  }

  /// @param busy all but idle and waiting for disks
  record CpuTicks(long busy, long ioWait, long idle) {}

  /// @param busyMs time with at least one request in progress
  record Disk(String name, long readBytes, long writtenBytes, long busyMs) {}

  record Network(String name, long receivedBytes, long sentBytes) {}
}
