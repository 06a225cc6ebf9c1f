package org.relevo.proxy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// CPU time and memory of a process and its children, as Linux tells them.
final class ProcessTree {
  private static final double TICKS_PER_SECOND = 100;

  private final long root;

  ProcessTree(long root) {
    this.root = root;
  }

  /// CPU seconds so far, those of children that have ended included; 0 without a process.
  double cpuSeconds() {
    return members().mapToDouble(ProcessTree::cpuSeconds).sum();
  }

  /// Memory in KB, pages shared by the processes counted once.
  long kilobytes() {
    return members().mapToLong(pid -> field(pid, "smaps_rollup", "Pss:")).sum();
  }

  /// Resident set in KB, shared pages counted with every process.
  long residentKilobytes() {
    return members().mapToLong(pid -> field(pid, "status", "VmRSS:")).sum();
  }

  private Stream<Long> members() {
    return root == 0
        ? Stream.empty()
        : ProcessHandle.of(root).stream()
            .flatMap(handle -> Stream.concat(Stream.of(handle), handle.descendants()))
            .map(ProcessHandle::pid);
  }

  private static double cpuSeconds(long pid) {
    String stat = read(pid, "stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", -1);
    if (fields.length < 15) {
      return 0;
    }
    double ticks = 0;
    for (int i = 11; i <= 14; i++) { // utime, stime, cutime, cstime
      ticks += Long.parseLong(fields[i]);
    }
    return ticks / TICKS_PER_SECOND;
  }

  private static long field(long pid, String file, String name) {
    return read(pid, file)
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  /// Empty when the process is gone.
  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/" + file));
    } catch (IOException _) {
      return "";
    }
  }
}
