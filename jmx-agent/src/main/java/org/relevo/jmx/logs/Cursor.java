package org.relevo.jmx.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.zip.CRC32;
import org.relevo.jmx.contract.LogLevel;

/// Where a reader is: which file, how far, and what a continuation line at that place belongs to.
///
/// The file is known by its inode and by a checksum of its first bytes, which are never rewritten:
/// the inode alone may be used again, the checksum alone says nothing of a short file.
///
/// @param offset first byte that was not read yet
/// @param headLength bytes under the checksum, never beyond `offset`
/// @param base length of all files before this one; makes sequences grow over rotation
/// @param insideLine whether `offset` is in the rest of a line that was cut
/// @param level of the last line, for its continuation
/// @param atEpochMs of the last line, -1 when it had none
record Cursor(
    long inode,
    long offset,
    int headLength,
    long headChecksum,
    long base,
    boolean insideLine,
    LogLevel level,
    long atEpochMs) {
  private static final String VERSION = "1";
  private static final int MAX_HEAD = 256;
  // With so many equal first bytes, timestamps included, it is the same log under another inode:
  // a copy made by `copytruncate`.
  private static final int TELLING_HEAD = 40;

  static Cursor at(
      FileChannel channel,
      TailedLog.LogFile file,
      long offset,
      long base,
      boolean insideLine,
      LogLevel level,
      long atEpochMs)
      throws IOException {
    int headLength = (int) Math.min(MAX_HEAD, offset);
    return new Cursor(
        file.inode(),
        offset,
        headLength,
        checksum(channel, headLength),
        base,
        insideLine,
        level,
        atEpochMs);
  }

  /// Whether this cursor was made on that file, and the file still has what was read.
  boolean isOn(FileChannel channel, long inodeNow, long size) throws IOException {
    return size >= offset
        && (inodeNow == inode || headLength >= TELLING_HEAD)
        && checksum(channel, headLength) == headChecksum;
  }

  String encode() {
    return String.join(
        ":",
        VERSION,
        Long.toString(inode),
        Long.toString(offset),
        Integer.toString(headLength),
        Long.toHexString(headChecksum),
        Long.toString(base),
        insideLine ? "1" : "0",
        level.name(),
        Long.toString(atEpochMs));
  }

  /// @return empty for a text that is no cursor of this version
  static Optional<Cursor> decode(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 9 || !parts[0].equals(VERSION)) {
      return Optional.empty();
    }
    try {
      Cursor cursor =
          new Cursor(
              Long.parseLong(parts[1]),
              Long.parseLong(parts[2]),
              Integer.parseInt(parts[3]),
              Long.parseLong(parts[4], 16),
              Long.parseLong(parts[5]),
              parts[6].equals("1"),
              LogLevel.valueOf(parts[7]),
              Long.parseLong(parts[8]));
      boolean sound =
          cursor.offset >= 0
              && cursor.base >= 0
              && cursor.headLength == Math.min(MAX_HEAD, cursor.offset);
      return sound ? Optional.of(cursor) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static long checksum(FileChannel channel, int length) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(length);
    while (head.hasRemaining() && channel.read(head, head.position()) >= 0) {
      // a short file just ends
    }
    CRC32 crc = new CRC32();
    crc.update(head.array(), 0, head.position());
    return crc.getValue();
  }
}
