package org.relevo.jmx.host;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.relevo.jmx.contract.FileSystemInfo;

/// How fast file systems fill, from one look a minute over the last hour.
///
/// Owner: the sampler's thread.
final class FileSystemGrowth {
  private static final long STEP_MS = 60_000;
  private static final int STEPS = 60;

  private final Map<String, Deque<Look>> looks = new HashMap<>();

  private record Look(long atEpochMs, long freeBytes) {}

  List<FileSystemInfo> add(long atEpochMs, List<HostDetail.FileSystem> now) {
    List<FileSystemInfo> shown = new ArrayList<>();
    for (HostDetail.FileSystem each : now) {
      Deque<Look> past = looks.computeIfAbsent(each.mount(), _ -> new ArrayDeque<>());
      if (past.isEmpty() || atEpochMs - past.getLast().atEpochMs() >= STEP_MS) {
        past.addLast(new Look(atEpochMs, each.freeBytes()));
        if (past.size() > STEPS) {
          past.removeFirst();
        }
      }
      Look first = past.getFirst();
      double seconds = (atEpochMs - first.atEpochMs()) / 1000.0;
      double growth = seconds < 1 ? 0 : (first.freeBytes() - each.freeBytes()) / seconds;
      shown.add(
          new FileSystemInfo(
              each.mount(),
              each.type(),
              each.sizeBytes(),
              each.freeBytes(),
              growth,
              growth > 0 ? (long) (each.freeBytes() / growth) : -1));
    }
    looks.keySet().removeIf(mount -> now.stream().noneMatch(each -> each.mount().equals(mount)));
    return shown;
  }
}
