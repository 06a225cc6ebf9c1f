package org.relevo.jmx.processes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// One process at one moment, from `/proc/PID`.
///
/// @param state one letter of the kernel's, such as R, S or D
/// @param startedTicks since boot; with the number it names a process for good
/// @param cpuTicks in user and kernel mode
/// @param readBytes from devices; -1 when this account may not know
/// @param writtenBytes to devices, less what was dropped before; -1 as above
record ProcessReading(
    int pid,
    int parent,
    String title,
    String state,
    long startedTicks,
    long cpuTicks,
    long rssPages,
    long readBytes,
    long writtenBytes) {
  private static final int MAX_FILE = 64 * 1024;

  /// Empty when the process is gone or is another program.
  static Optional<ProcessReading> of(Path folder, int pid) {
    try {
      String stat = read(folder.resolve("stat"));
      int open = stat.indexOf('(');
      int close = stat.lastIndexOf(')');
      if (open < 0 || close < 0 || !isPostgres(stat.substring(open + 1, close))) {
        return Optional.empty();
      }
      // From the third field on, as proc(5) numbers them.
      String[] fields = stat.substring(close + 2).split(" ", -1);
      String title = read(folder.resolve("cmdline")).replace('\0', ' ').strip();
      long[] io = io(folder);
      return Optional.of(
          new ProcessReading(
              pid,
              Integer.parseInt(fields[1]),
              title,
              fields[0],
              Long.parseLong(fields[19]),
              Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
              Long.parseLong(fields[21]),
              io[0],
              io[1]));
    } catch (IOException e) {
      return Optional.empty(); // it ended while we looked
    }
  }

  /// Its share of memory in bytes; -1 when this account may not know.
  static long pss(Path folder) {
    try {
      return read(folder.resolve("smaps_rollup"))
          .lines()
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1;
    }
  }

  private static long[] io(Path folder) {
    long[] found = {-1, -1};
    try {
      long cancelled = 0;
      for (String line : read(folder.resolve("io")).split("\n", -1)) {
        if (line.startsWith("read_bytes: ")) {
          found[0] = Long.parseLong(line.substring(12));
        } else if (line.startsWith("write_bytes: ")) {
          found[1] = Long.parseLong(line.substring(13));
        } else if (line.startsWith("cancelled_write_bytes: ")) {
          cancelled = Long.parseLong(line.substring(23));
        }
      }
      found[1] = found[1] < 0 ? -1 : Math.max(0, found[1] - cancelled);
    } catch (IOException e) {
      found[0] = -1; // another account's process: only root and the account itself may look
    }
    return found;
  }

  private static boolean isPostgres(String program) {
    return program.equals("postgres") || program.equals("postmaster");
  }

  private static String read(Path file) throws IOException {
    try (java.io.InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_FILE), StandardCharsets.UTF_8);
    }
  }
}
