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
    return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
        .filter(ProcessHandle::isAlive);
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
