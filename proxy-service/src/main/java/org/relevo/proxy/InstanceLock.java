package org.relevo.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Keeps two services from using one data directory: an operating-system lock on `relevo.pid`,
/// which ends with the process, however it ends.
///
/// Owner: the main thread.
final class InstanceLock implements AutoCloseable {
  private static final int MAX_PID_BYTES = 20;

  private final Path file;
  private final FileChannel channel;

  private InstanceLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// @throws IOException naming the directory and the process that has it
  static InstanceLock take(Path dataDirectory) throws IOException {
    try {
      Files.createDirectories(dataDirectory);
    } catch (IOException e) {
      throw new IOException("cannot make data_directory " + dataDirectory + ": " + e, e);
    }
    Path file = dataDirectory.resolve("relevo.pid");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new IOException(
            "data_directory "
                + dataDirectory
                + " is in use by process "
                + holder(channel)
                + "; stop that service or choose another data_directory");
      }
      channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      return new InstanceLock(file, channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_PID_BYTES);
    int length = Math.max(0, channel.read(buffer, 0));
    return new String(buffer.array(), 0, length, StandardCharsets.US_ASCII).strip();
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
    channel.close();
  }
}
