package org.relevo.proxy.demo;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Servers of an earlier demonstration that still run.
final class RunningServers {
  private RunningServers() {}

  /// @throws IOException naming the folder and the process when a server still runs there
  static void refuseIfAny(DemoLayout layout) throws IOException {
    Path nodes = layout.root().resolve("nodes");
    if (!Files.isDirectory(nodes)) {
      return;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(nodes)) {
      for (Path folder : folders) {
        refuseIfRunning(folder.resolve("data/postmaster.pid"), layout);
      }
    }
  }

  private static void refuseIfRunning(Path pidFile, DemoLayout layout) throws IOException {
    if (!Files.isRegularFile(pidFile)) {
      return;
    }
    List<String> lines = Files.readAllLines(pidFile);
    String pid = lines.isEmpty() ? "" : lines.getFirst().strip();
    boolean alive =
        pid.matches("\\d{1,18}")
            && ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isPresent();
    if (alive) {
      throw new IOException(
          "a demo still runs in "
              + layout.root()
              + " (PostgreSQL process "
              + pid
              + "); stop it first or name another --data folder");
    }
  }
}
