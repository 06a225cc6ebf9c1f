package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.relevo.jmx.contract.RecoveryStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// `recovery/recovery.json`: the running or last recovery, on disk before each of its steps.
///
/// Owner: the running recovery's thread, and the start of the service.
final class RecoveryFile {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;

  RecoveryFile(Path folder) {
    this.file = folder.resolve("recovery.json");
  }

  /// Replaces the file as a whole; when this returns it is on disk.
  void write(RecoveryStatus status) throws IOException {
    replace(file, JSON.writeValueAsBytes(status));
  }

  /// @throws IOException naming the file when it cannot be understood
  Optional<RecoveryStatus> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), RecoveryStatus.class));
    } catch (JacksonException e) {
      throw new IOException(
          "cannot read " + file + ": " + e.getOriginalMessage() + "; look at it, then remove it",
          e);
    }
  }

  /// Replaces a file as a whole; when this returns it is on disk.
  static void replace(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
