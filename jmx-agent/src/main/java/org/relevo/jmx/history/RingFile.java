package org.relevo.jmx.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A file of fixed size that holds the newest rows of one series, one row a step. A row's place
/// follows from its time, so that nothing else has to be kept true: after a crash, a gap or a
/// change of the clock the file is as good as before, and a row that was half written or is of an
/// older turn is passed over.
///
/// Shape: a header of 16 kB (magic, version, step, capacity, names of the columns), then slots of 8
/// bytes of time, 4 bytes for each column, 4 bytes of CRC-32C. Figures are kept as `float`: seven
/// digits are more than a chart shows. Nothing is forced to disk: a power failure may cost the last
/// half minute.
///
/// Owner: the caller, which serialises calls.
final class RingFile implements AutoCloseable {
  /// What is kept when a figure is not known.
  static final double UNKNOWN = -1;

  private static final int MAGIC = 0x524c5648;
  private static final int VERSION = 1;
  private static final int HEADER = 16_384;
  private static final int ROWS_PER_READ = 256;

  private final FileChannel channel;
  private final long stepMs;
  private final int capacity;
  private final int columns;
  private final ByteBuffer slot;

  private RingFile(FileChannel channel, Header header) {
    this.channel = channel;
    this.stepMs = header.stepSeconds() * 1000L;
    this.capacity = header.capacity();
    this.columns = header.columns().size();
    this.slot = ByteBuffer.allocate(Long.BYTES + columns * Float.BYTES + Integer.BYTES);
  }

  /// Gets one row.
  @FunctionalInterface
  interface Rows {
    /// @param atEpochMs start of the row's step
    /// @param values the receiver's own from here on
    void row(long atEpochMs, double[] values) throws IOException;
  }

  /// Opens the file or makes it. One of other columns or capacity is made anew, with the rows and
  /// columns that fit; one that is none of ours is put aside as `NAME.bad`.
  static RingFile open(Path file, int stepSeconds, int capacity, List<String> columns)
      throws IOException {
    Header wanted = new Header(stepSeconds, capacity, columns);
    wanted.check();
    Files.createDirectories(file.toAbsolutePath().getParent());
    if (!Files.exists(file)) {
      return made(file, wanted);
    }
    FileChannel found = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      Header header = Header.read(found);
      if (wanted.equals(header)) {
        return new RingFile(found, wanted);
      }
      found.close();
      if (header != null && header.stepSeconds() == stepSeconds) {
        return remade(file, header, wanted);
      }
    } catch (IOException e) {
      found.close();
      throw e;
    }
    Files.move(
        file,
        file.resolveSibling(file.getFileName() + ".bad"),
        StandardCopyOption.REPLACE_EXISTING);
    return made(file, wanted);
  }

  private static RingFile made(Path file, Header header) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      header.write(channel);
      return new RingFile(channel, header);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static RingFile remade(Path file, Header old, Header wanted) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(next);
    int[] from = wanted.columns().stream().mapToInt(old.columns()::indexOf).toArray();
    RingFile made = made(next, wanted);
    try (RingFile before = new RingFile(FileChannel.open(file, StandardOpenOption.READ), old)) {
      before.all((at, values) ->
          made.write(
              at, Arrays.stream(from).mapToDouble(i -> i < 0 ? UNKNOWN : values[i]).toArray()));
    } catch (IOException e) {
      made.close();
      throw e;
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return made;
  }

  /// Start of the step that a time is in.
  long step(long epochMs) {
    return Math.floorDiv(epochMs, stepMs) * stepMs;
  }

  /// Writes the row of a step in place of the one that was there.
  void write(long epochMs, double[] values) throws IOException {
    long at = step(epochMs);
    slot.clear();
    slot.putLong(at);
    for (double value : values) {
      slot.putFloat((float) value);
    }
    slot.putInt(crc(slot, 0, slot.position()));
    slot.flip();
    long position = position(place(at));
    while (slot.hasRemaining()) {
      position += channel.write(slot, position);
    }
  }

  /// Rows of steps that start in the interval, oldest first.
  void read(long fromEpochMs, long toEpochMs, Rows rows) throws IOException {
    long last = step(toEpochMs);
    long first = Math.max(step(fromEpochMs + stepMs - 1), last - (capacity - 1) * stepMs);
    ByteBuffer buffer = ByteBuffer.allocate(ROWS_PER_READ * slot.capacity());
    long at = first;
    while (at <= last) {
      int place = place(at);
      long left = (last - at) / stepMs + 1;
      int count = (int) Math.min(Math.min(ROWS_PER_READ, capacity - place), left);
      fill(buffer, place, count);
      for (int i = 0; i < count; i++) {
        row(buffer, i, at, rows);
        at += stepMs;
      }
    }
  }

  private void all(Rows rows) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(slot.capacity());
    for (int place = 0; place < capacity; place++) {
      fill(buffer, place, 1);
      row(buffer, 0, buffer.getLong(0), rows);
    }
  }

  private void fill(ByteBuffer buffer, int place, int count) throws IOException {
    buffer.clear().limit(count * slot.capacity());
    long position = position(place);
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, position);
      if (read < 0) {
        buffer.put((byte) 0); // never written: zeros are no row
      }
      position += Math.max(1, read);
    }
    buffer.clear();
  }

  private void row(ByteBuffer buffer, int index, long at, Rows rows) throws IOException {
    int offset = index * slot.capacity();
    int checked = slot.capacity() - Integer.BYTES;
    if (at <= 0
        || buffer.getLong(offset) != at
        || buffer.getInt(offset + checked) != crc(buffer, offset, checked)) {
      return;
    }
    double[] values = new double[columns];
    for (int i = 0; i < columns; i++) {
      values[i] = buffer.getFloat(offset + Long.BYTES + i * Float.BYTES);
    }
    rows.row(at, values);
  }

  private int place(long at) {
    return (int) Math.floorMod(at / stepMs, (long) capacity);
  }

  private long position(int place) {
    return HEADER + (long) place * slot.capacity();
  }

  private static int crc(ByteBuffer bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(offset, length));
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private record Header(int stepSeconds, int capacity, List<String> columns) {
    private static final int ROOM = HEADER - 64;

    Header {
      columns = List.copyOf(columns);
    }

    void check() {
      if (columns.isEmpty() || stepSeconds < 1 || capacity < 1 || names().length > ROOM) {
        throw new IllegalArgumentException(
            columns.size() + " columns, " + capacity + " rows of " + stepSeconds + " s");
      }
    }

    static @Nullable Header read(FileChannel channel) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(HEADER);
      int read = 0;
      while (buffer.hasRemaining() && read >= 0) {
        read = channel.read(buffer, buffer.position());
      }
      if (buffer.hasRemaining()) {
        return null;
      }
      buffer.flip();
      if (buffer.getInt() != MAGIC || buffer.getInt() != VERSION) {
        return null;
      }
      int step = buffer.getInt();
      int capacity = buffer.getInt();
      int length = buffer.getInt();
      if (step < 1 || capacity < 1 || length < 1 || length > ROOM) {
        return null;
      }
      byte[] names = new byte[length];
      buffer.get(names);
      if (buffer.getInt() != crc(ByteBuffer.wrap(names), 0, length)) {
        return null;
      }
      String text = new String(names, StandardCharsets.UTF_8);
      return new Header(step, capacity, List.of(text.split("\n", -1)));
    }

    void write(FileChannel channel) throws IOException {
      byte[] names = names();
      ByteBuffer buffer = ByteBuffer.allocate(HEADER);
      buffer.putInt(MAGIC).putInt(VERSION).putInt(stepSeconds).putInt(capacity);
      buffer.putInt(names.length).put(names).putInt(crc(ByteBuffer.wrap(names), 0, names.length));
      buffer.clear();
      while (buffer.hasRemaining()) {
        channel.write(buffer, buffer.position());
      }
    }

    private byte[] names() {
      return String.join("\n", columns).getBytes(StandardCharsets.UTF_8);
    }
  }
}
