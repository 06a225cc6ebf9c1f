package org.relevo.proxy.consensus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A snapshot and the commands after it, in the files `state` and `commands` of one directory.
///
/// ```text
/// commands: { length of the command (4) | CRC-32C of index and command (4) | index (8) | command }
/// ```
///
/// A crash can leave the last entry in part: it was never confirmed and is cut off. Anything else
/// that does not fit is damage and stops the start, because leaving out what comes after would lose
/// what was confirmed.
///
/// Owner: the thread of [LocalLog]; opened before it starts.
final class LocalFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalFiles.class);
  private static final int HEADER = 16;
  private static final long MOST_BYTES = 512L << 20;

  private final Path directory;
  private final FileChannel commands;
  private final Optional<SnapshotFile.Content> snapshot;
  private final List<Entry> entries;
  private ByteBuffer unwritten = ByteBuffer.allocate(64 << 10);
  private int count;

  /// A command that was read.
  record Entry(long index, Command command) {}

  private LocalFiles(Path directory, Optional<SnapshotFile.Content> snapshot, FileChannel commands)
      throws IOException {
    this.directory = directory;
    this.snapshot = snapshot;
    this.commands = commands;
    this.entries = read(snapshot.map(SnapshotFile.Content::index).orElse(-1L));
    this.count = entries.size();
  }

  static LocalFiles open(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path state = directory.resolve("state");
    Optional<SnapshotFile.Content> snapshot =
        Files.exists(state) ? Optional.of(SnapshotFile.read(state)) : Optional.empty();
    FileChannel commands =
        FileChannel.open(
            directory.resolve("commands"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      return new LocalFiles(directory, snapshot, commands);
    } catch (IOException e) {
      commands.close();
      throw e;
    }
  }

  Optional<SnapshotFile.Content> snapshot() {
    return snapshot;
  }

  /// Those after the snapshot, as read at the start.
  List<Entry> entries() {
    return entries;
  }

  /// Commands in the file since the last snapshot.
  int count() {
    return count;
  }

  private List<Entry> read(long after) throws IOException {
    if (commands.size() > MOST_BYTES) {
      throw damaged("is too large");
    }
    ByteBuffer in = ByteBuffer.allocate((int) commands.size());
    for (int read = 0; in.hasRemaining() && read >= 0; ) {
      read = commands.read(in);
    }
    in.flip();
    List<Entry> read = new ArrayList<>();
    long expected = after + 1;
    while (in.hasRemaining()) {
      Optional<Entry> entry = entry(in);
      if (entry.isEmpty()) {
        cutOff(in, expected);
        return read;
      } else if (entry.get().index() > expected) {
        throw damaged("lacks command " + expected);
      } else if (entry.get().index() == expected) {
        read.add(entry.get());
        expected++;
      } // else the snapshot has it: a crash came before the file was emptied
    }
    return read;
  }

  /// Moves past an entry; stays where it is when there is no whole one.
  ///
  /// @throws MalformedBytesException for a whole one of another version
  private static Optional<Entry> entry(ByteBuffer in) throws MalformedBytesException {
    int start = in.position();
    if (in.remaining() < HEADER) {
      return Optional.empty();
    }
    int length = in.getInt(start);
    if (length < 0
        || length > StateCodec.MOST_COMMAND_BYTES
        || length > in.remaining() - HEADER
        || in.getInt(start + 4) != crc(in, start + 8, length + 8)) {
      return Optional.empty();
    }
    byte[] command = new byte[length];
    in.get(start + HEADER, command);
    in.position(start + HEADER + length);
    return Optional.of(new Entry(in.getLong(start + 8), StateCodec.command(command)));
  }

  private void cutOff(ByteBuffer in, long expected) throws IOException {
    int end = in.position();
    for (in.position(end + 1); in.remaining() >= HEADER; in.position(in.position() + 1)) {
      if (in.getLong(in.position() + 8) > expected && entry(in.duplicate()).isPresent()) {
        throw damaged("is damaged at byte " + end + ", before commands that were confirmed");
      }
    }
    LOG.warn("quorum.log-cut file=\"{}\" at={} bytes={}", path(), end, commands.size() - end);
    commands.truncate(end);
    commands.force(true);
    commands.position(end);
  }

  private Path path() {
    return directory.resolve("commands");
  }

  private IOException damaged(String how) {
    return new IOException("'%s' %s; restore it from a backup".formatted(path(), how));
  }

  /// Not on disk before [#flush()].
  void append(long index, ByteBuffer command) throws IOException {
    int length = command.remaining();
    if (unwritten.remaining() < HEADER + length) {
      writeOut();
    }
    if (unwritten.remaining() < HEADER + length) {
      unwritten = ByteBuffer.allocate(HEADER + length);
    }
    int start = unwritten.position();
    unwritten.putInt(length).putInt(0).putLong(index).put(command);
    unwritten.putInt(start + 4, crc(unwritten, start + 8, length + 8));
    count++;
  }

  void flush() throws IOException {
    writeOut();
    commands.force(false);
  }

  private void writeOut() throws IOException {
    unwritten.flip();
    while (unwritten.hasRemaining()) {
      commands.write(unwritten);
    }
    unwritten.clear();
  }

  /// Writes a snapshot and empties the file of commands.
  void compact(long index, ClusterState state) throws IOException {
    SnapshotFile.write(directory.resolve("state"), index, state);
    commands.truncate(0);
    commands.position(0);
    commands.force(true);
    count = 0;
  }

  private static int crc(ByteBuffer bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, length));
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    commands.close();
  }
}
