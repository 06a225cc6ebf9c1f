package org.relevo.jmx.host;

import java.util.List;

/// What the series shows beside the sample: counters and levels of one moment.
///
/// @param pageCacheBytes -1 when the system does not tell
/// @param dirtyBytes of it, not written yet; -1 as above
/// @param reads of all disks
/// @param writes of all disks
/// @param busyMs of all disks together
/// @param queued requests in progress now
/// @param fileSystems local ones
record HostDetail(
    long pageCacheBytes,
    long dirtyBytes,
    long reads,
    long writes,
    long busyMs,
    long queued,
    List<FileSystem> fileSystems) {
  static final HostDetail NONE = new HostDetail(-1, -1, -1, -1, -1, -1, List.of());

  HostDetail {
    fileSystems = List.copyOf(fileSystems);
  }

  record FileSystem(String mount, String type, long sizeBytes, long freeBytes) {}
}
