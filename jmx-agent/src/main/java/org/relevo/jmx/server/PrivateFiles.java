package org.relevo.jmx.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Files and directories that only this account may read. They are made with their final mode, so
/// that there is no moment in which others can open them.
final class PrivateFiles {
  private static final Set<PosixFilePermission> FILE_MODE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> DIRECTORY_MODE =
      PosixFilePermissions.fromString("rwx------");

  private PrivateFiles() {}

  /// Makes the directory, or tightens the mode of one that is there.
  static void makeDirectory(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(DIRECTORY_MODE));
    }
    Files.setPosixFilePermissions(directory, DIRECTORY_MODE);
  }

  /// Writes all or nothing: a reader sees the old or the new content, also after a crash.
  static void write(Path file, String content) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path fresh =
        Files.createTempFile(
            directory,
            file.getFileName() + ".",
            ".new",
            PosixFilePermissions.asFileAttribute(FILE_MODE));
    try {
      Files.writeString(fresh, content, StandardCharsets.UTF_8);
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /// Gives an existing file the private mode.
  static void tighten(Path file) throws IOException {
    Files.setPosixFilePermissions(file, FILE_MODE);
  }

  /// @throws IOException saying how to repair it when group or others may read the file
  static void requirePrivate(Path file) throws IOException {
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
    if (!FILE_MODE.containsAll(mode)) {
      throw new IOException(
          file
              + " may be used by other accounts ("
              + PosixFilePermissions.toString(mode)
              + "): chmod 600 it");
    }
  }
}
