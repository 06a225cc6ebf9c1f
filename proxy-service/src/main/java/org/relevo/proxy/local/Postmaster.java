package org.relevo.proxy.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The process that `postmaster.pid` names.
public final class Postmaster {
  private static final int PORT_LINE = 4;

  private Postmaster() {}

  /// The live process of a data directory on this machine, empty when none runs.
  public static Optional<ProcessHandle> of(Path dataDirectory) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(dataDirectory.resolve("postmaster.pid"));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
    if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d{1,18}")) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(Postmaster::runs);
  }

  /// Processes of a server that work in a folder, also when the folder, and with it the file that
  /// names them, has been removed.
  public static List<ProcessHandle> workingIn(Path dataDirectory) {
    String folder = dataDirectory.toAbsolutePath().normalize().toString();
    return ProcessHandle.allProcesses()
        .filter(process -> {
          try {
            String works =
                Files.readSymbolicLink(Path.of("/proc", String.valueOf(process.pid()), "cwd"))
                    .toString();
            return works.equals(folder) || works.equals(folder + " (deleted)");
          } catch (IOException _) {
            return false; // gone, or of an account that no server of ours has
          }
        })
        .filter(Postmaster::runs)
        .toList();
  }

  /// Whether a process still runs: one that has ended and only waits for its parent to take note
  /// does not.
  public static boolean runs(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      // pid (name) state …, where the name may contain anything.
      String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
      int state = stat.lastIndexOf(')') + 2;
      return state >= stat.length() || (stat.charAt(state) != 'Z' && stat.charAt(state) != 'X');
    } catch (IOException _) {
      // Not Linux, or gone between the two looks.
      return process.isAlive();
    }
  }

  /// The port that the running server listens on, empty when its file does not say.
  public static OptionalInt port(Path dataDirectory) throws IOException {
    try {
      List<String> lines = Files.readAllLines(dataDirectory.resolve("postmaster.pid"));
      return lines.size() >= PORT_LINE && lines.get(PORT_LINE - 1).strip().matches("\\d{1,5}")
          ? OptionalInt.of(Integer.parseInt(lines.get(PORT_LINE - 1).strip()))
          : OptionalInt.empty();
    } catch (NoSuchFileException _) {
      return OptionalInt.empty();
    }
  }
}
