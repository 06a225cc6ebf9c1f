package org.relevo.proxy.coordinator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.relevo.jmx.contract.OperationStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// `operation.json`: the running or last operation, on disk before each of its steps.
///
/// Owner: the running operation's thread, and the start of the service.
final class OperationFile {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;

  OperationFile(Path stateDirectory) {
    this.file = stateDirectory.resolve("operation.json");
  }

  Path path() {
    return file;
  }

  /// Replaces the file as a whole; when this returns it is on disk.
  void write(OperationStatus status) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Path next = file.resolveSibling("operation.json.new");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer content = ByteBuffer.wrap(JSON.writeValueAsBytes(status));
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /// @throws IOException naming the file when it cannot be understood
  Optional<OperationStatus> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), OperationStatus.class));
    } catch (JacksonException e) {
      throw new IOException(
          "cannot read " + file + ": " + e.getOriginalMessage() + "; look at it, then remove it",
          e);
    }
  }
}
