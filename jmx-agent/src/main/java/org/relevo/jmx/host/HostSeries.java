package org.relevo.jmx.host;

import java.util.List;
import org.relevo.jmx.contract.HostSample;
import org.relevo.jmx.contract.SeriesColumn;

/// The machine's figures in the order of the series. Pure.
final class HostSeries {
  static final List<SeriesColumn> COLUMNS =
      List.of(
          new SeriesColumn("cpu", "0 to 1", "processors busy"),
          new SeriesColumn("io_wait", "0 to 1", "processors idle while a disk worked"),
          new SeriesColumn("load_1m", "processes", "that run or wait for a disk"),
          new SeriesColumn("memory_available", "bytes", "for programs, without swapping"),
          new SeriesColumn("page_cache", "bytes", "files in memory"),
          new SeriesColumn("page_cache_dirty", "bytes", "of those, not written yet"),
          new SeriesColumn("swap_used", "bytes", "swapped out"),
          new SeriesColumn("disk_reads", "per second", "reads of all disks"),
          new SeriesColumn("disk_writes", "per second", "writes of all disks"),
          new SeriesColumn("disk_read_bytes", "bytes per second", "read from all disks"),
          new SeriesColumn("disk_write_bytes", "bytes per second", "written to all disks"),
          new SeriesColumn("disk_busy", "0 to 1", "utilisation of the busiest disk"),
          new SeriesColumn("disk_ms", "ms", "a request took, by utilisation and rate"),
          new SeriesColumn("disk_queue", "count", "requests in progress"),
          new SeriesColumn("network_received_bytes", "bytes per second", "received"),
          new SeriesColumn("network_sent_bytes", "bytes per second", "sent"));

  private static final double UNKNOWN = -1;

  private HostSeries() {}

  /// @param seconds between both details
  static double[] values(HostSample sample, HostDetail before, HostDetail now, double seconds) {
    double reads = rate(before.reads(), now.reads(), seconds);
    double writes = rate(before.writes(), now.writes(), seconds);
    double busyMs = rate(before.busyMs(), now.busyMs(), seconds);
    boolean known = reads >= 0 && writes >= 0 && busyMs >= 0;
    return new double[] {
      sample.cpuLoad(),
      sample.cpuIoWait(),
      sample.loadAverage1m(),
      sample.memoryAvailableBytes(),
      now.pageCacheBytes(),
      now.dirtyBytes(),
      sample.swapUsedBytes(),
      reads,
      writes,
      sample.diskReadBytesPerSecond(),
      sample.diskWriteBytesPerSecond(),
      sample.diskBusy(),
      !known ? UNKNOWN : reads + writes > 0 ? busyMs / (reads + writes) : 0,
      now.queued(),
      sample.networkReceivedBytesPerSecond(),
      sample.networkSentBytesPerSecond()
    };
  }

  /// A counter that went back is of a disk that was replaced.
  private static double rate(long was, long now, double seconds) {
    return was < 0 || now < was || seconds <= 0 ? UNKNOWN : (now - was) / seconds;
  }
}
