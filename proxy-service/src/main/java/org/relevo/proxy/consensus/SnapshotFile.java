package org.relevo.proxy.consensus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.relevo.proxy.cluster.ClusterState;

/// A state in a file, whole or not there at all.
///
/// ```text
/// magic (8) | CRC-32C of the rest (4) | index (8) | bytes of the state
/// ```
final class SnapshotFile {
  private static final long MAGIC = 0x52_4c_56_53_4e_41_50_31L; // RLVSNAP1
  private static final int HEADER = 20;

  private SnapshotFile() {}

  /// @param index of the last command in the state
  record Content(long index, ClusterState state) {}

  /// @throws IOException naming the file when it is damaged or of another version
  static Content read(Path file) throws IOException {
    if (Files.size(file) > HEADER + (long) StateCodec.MOST_STATE_BYTES) {
      throw new IOException("'" + file + "' is too large for a state");
    }
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER || in.getLong() != MAGIC || in.getInt() != crc(bytes)) {
      throw new IOException("'" + file + "' is damaged; restore it or let this member join anew");
    }
    long index = in.getLong();
    byte[] state = new byte[in.remaining()];
    in.get(state);
    try {
      return new Content(index, StateCodec.state(state));
    } catch (MalformedBytesException e) {
      throw new IOException("'" + file + "' cannot be read: " + e.getMessage(), e);
    }
  }

  static void write(Path file, long index, ClusterState state) throws IOException {
    byte[] bytes = StateCodec.encode(state);
    ByteBuffer out = ByteBuffer.allocate(HEADER + bytes.length);
    out.putLong(MAGIC).putInt(0).putLong(index).put(bytes);
    out.putInt(Long.BYTES, crc(out.array()));
    replace(file, out.array());
  }

  /// Writes a file so that a crash leaves the old or the new one.
  static void replace(Path file, byte[] content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel folder =
        FileChannel.open(file.toAbsolutePath().resolveSibling("."), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, Long.BYTES + Integer.BYTES, bytes.length - Long.BYTES - Integer.BYTES);
    return (int) crc.getValue();
  }
}
