package org.relevo.proxy.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.Lsn;

/// Finds where the write-ahead log of a stopped server ends: reads records from the latest
/// checkpoint on, as recovery would, until one is not valid. The control file alone does not tell:
/// a standby has received more than it has replayed, a killed primary has written more than its
/// checkpoint.
///
/// Formats: `src/include/access/xlogrecord.h` and `xlog_internal.h`, equal in PostgreSQL 13 to 18.
///
/// Owner: the thread that calls.
public final class WalEnd {
  /// Where the log ends.
  ///
  /// @param end after the last whole record
  /// @param timeline of that record
  public record Position(Lsn end, long timeline) {}

  private static final int PAGE = 8192;
  private static final int SHORT_HEADER = 24;
  private static final int LONG_HEADER = 40;
  private static final int LONG_FLAG = 2;
  private static final int SEGMENT_SIZE_AT = 32;
  private static final int RECORD_HEADER = 24;
  private static final int CRC_AT = 20;
  private static final int MOST_RECORD = 1 << 30;
  private static final int XLOG_SWITCH = 0x40;
  private static final int SHUTDOWN_CHECKPOINT = 0x00;
  private static final int END_OF_RECOVERY = 0x90;

  /// Of the timeline in those two kinds of record, with one of which each timeline begins: after
  /// header and the data's own, and 8 bytes of other things.
  private static final int NEW_TIMELINE_AT = RECORD_HEADER + 2 + 8;

  private static final int BEGINNING = NEW_TIMELINE_AT + 4;
  private static final int NAME_LENGTH = 24;

  private final Path folder;
  private final long segmentSize;
  private final ByteBuffer page = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
  private long pageAt = -1;
  private long timeline;
  private @Nullable FileChannel open;
  private long openSegment = -1;

  private WalEnd(Path folder, long segmentSize, long timeline) {
    this.folder = folder;
    this.segmentSize = segmentSize;
    this.timeline = timeline;
  }

  /// Reads as long as records are valid; takes time with the size of the log since the checkpoint.
  ///
  /// @throws IOException when the checkpoint's own record cannot be read
  public static Position find(Path dataDirectory, ControlFile control) throws IOException {
    Path folder = dataDirectory.resolve("pg_wal");
    WalEnd reader = new WalEnd(folder, segmentSize(folder), control.timeline());
    try {
      return reader.walk(control.checkpoint().value());
    } finally {
      reader.close();
    }
  }

  private Position walk(long start) throws IOException {
    long at = start;
    long last = -1;
    long end = -1;
    long endTimeline = timeline;
    while (true) {
      Optional<Read> read = record(at, last);
      if (read.isEmpty()) {
        break;
      }
      last = read.get().at();
      end = read.get().end();
      endTimeline = timeline;
      at = read.get().switches() ? roundUp(end, segmentSize) : end;
    }
    if (end < 0) {
      throw new IOException(
          "the write-ahead log in %s has no record at the checkpoint %s"
              .formatted(folder, new Lsn(start)));
    }
    return new Position(new Lsn(end), endTimeline);
  }

  private record Read(long at, long end, boolean switches) {}

  /// The record at a position, empty when there is no valid one.
  ///
  /// @param previous where the record before begins; -1 for the first
  private Optional<Read> record(long from, long previous) throws IOException {
    long at = from % PAGE == 0 ? from + headerSize(from) : from;
    if (!load(at)) {
      return Optional.empty();
    }
    int length = page.getInt((int) (at % PAGE));
    if (length < RECORD_HEADER || length > MOST_RECORD) {
      return Optional.empty();
    }
    byte[] header = new byte[BEGINNING];
    CRC32C crc = new CRC32C();
    int done = 0;
    long cursor = at;
    byte[] piece = new byte[PAGE];
    while (done < length) {
      if (cursor % PAGE == 0) {
        if (!load(cursor) || page.getInt(16) != length - done) {
          return Optional.empty();
        }
        cursor += headerSize(cursor);
      }
      int count = (int) Math.min(length - done, PAGE - cursor % PAGE);
      page.get((int) (cursor % PAGE), piece, 0, count);
      int inHeader = Math.max(0, Math.min(RECORD_HEADER - done, count));
      int known = Math.max(0, Math.min(BEGINNING - done, count));
      System.arraycopy(piece, 0, header, Math.min(done, BEGINNING), known);
      crc.update(piece, inHeader, count - inHeader);
      done += count;
      cursor += count;
    }
    ByteBuffer head = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    crc.update(header, 0, CRC_AT);
    if ((int) crc.getValue() != head.getInt(CRC_AT)
        || (previous >= 0 && head.getLong(8) != previous)) {
      return Optional.empty();
    }
    boolean ofLog = head.get(17) == 0;
    int kind = head.get(16) & 0xF0;
    if (ofLog && length >= BEGINNING && (kind == END_OF_RECOVERY || kind == SHUTDOWN_CHECKPOINT)) {
      // The page may have been begun on the timeline before.
      timeline = Math.max(timeline, Integer.toUnsignedLong(head.getInt(NEW_TIMELINE_AT)));
    }
    boolean switches = ofLog && kind == XLOG_SWITCH;
    return Optional.of(new Read(at, roundUp(cursor, 8), switches));
  }

  /// Makes the page of a position the current one; false when it is not of this log.
  private boolean load(long position) throws IOException {
    long wanted = position - position % PAGE;
    if (wanted == pageAt) {
      return true;
    }
    pageAt = -1;
    long segment = Long.divideUnsigned(wanted, segmentSize);
    if (segment != openSegment && !openSegment(segment)) {
      return false;
    }
    FileChannel channel = open;
    page.clear();
    long offset = wanted % segmentSize;
    while (channel != null && page.hasRemaining()) {
      int count = channel.read(page, offset + page.position());
      if (count < 0) {
        return false;
      }
    }
    if (page.getLong(8) != wanted) {
      return false;
    }
    pageAt = wanted;
    timeline = Math.max(timeline, Integer.toUnsignedLong(page.getInt(4)));
    return true;
  }

  /// Of the files of a segment the one of the newest timeline, which begins as the older ones do.
  private boolean openSegment(long segment) throws IOException {
    close();
    String suffix =
        "%08X%08X"
            .formatted(
                segment / (0x1_0000_0000L / segmentSize), segment % (0x1_0000_0000L / segmentSize));
    String newest = "";
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "????????" + suffix)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (name.compareTo(newest) > 0) {
          newest = name;
        }
      }
    }
    if (newest.isEmpty() || Long.parseLong(newest.substring(0, 8), 16) < timeline) {
      return false;
    }
    open = FileChannel.open(folder.resolve(newest), StandardOpenOption.READ);
    openSegment = segment;
    return true;
  }

  private void close() throws IOException {
    FileChannel channel = open;
    open = null;
    openSegment = -1;
    if (channel != null) {
      channel.close();
    }
  }

  private int headerSize(long pageStart) throws IOException {
    return load(pageStart) && (page.getShort(2) & LONG_FLAG) != 0 ? LONG_HEADER : SHORT_HEADER;
  }

  private static long roundUp(long value, long unit) {
    return (value + unit - 1) / unit * unit;
  }

  /// From the long header of any segment.
  private static long segmentSize(Path folder) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder,
            file -> String.valueOf(file.getFileName()).matches("[0-9A-F]{" + NAME_LENGTH + "}"))) {
      for (Path file : files) {
        byte[] header;
        try (var in = Files.newInputStream(file)) {
          header = in.readNBytes(LONG_HEADER);
        }
        if (header.length == LONG_HEADER) {
          ByteBuffer read = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
          long size = Integer.toUnsignedLong(read.getInt(SEGMENT_SIZE_AT));
          if ((read.getShort(2) & LONG_FLAG) != 0
              && Long.bitCount(size) == 1
              && size >= 1 << 20
              && size <= 1 << 30) {
            return size;
          }
        }
      }
    }
    throw new IOException("no segment of a write-ahead log in " + folder);
  }
}
