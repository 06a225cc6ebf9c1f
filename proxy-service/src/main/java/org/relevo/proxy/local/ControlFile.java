package org.relevo.proxy.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.relevo.proxy.core.Lsn;

/// What `global/pg_control` says, as pg_controldata would show it (PostgreSQL 13 to 18, the layouts
/// of `src/include/catalog/pg_control.h`).
///
/// @param checkpoint where the latest checkpoint's record begins
/// @param redo where replay would begin
/// @param timeline of the latest checkpoint
/// @param recoveryTimeline up to which log must be replayed before the data is consistent; 0 when
///   there is no such point. After a promotion it is the new one until the first checkpoint
public record ControlFile(
    String systemIdentifier,
    State state,
    Lsn checkpoint,
    Lsn redo,
    long timeline,
    long recoveryTimeline) {
  /// "Database cluster state", in the order of the file's numbers.
  public enum State {
    STARTING_UP,
    SHUT_DOWN,
    SHUT_DOWN_IN_RECOVERY,
    SHUTTING_DOWN,
    IN_CRASH_RECOVERY,
    IN_ARCHIVE_RECOVERY,
    IN_PRODUCTION
  }

  /// Where a start without any target leads to.
  public long newestTimeline() {
    return Math.max(timeline, recoveryTimeline);
  }

  private static final int MAX_BYTES = 64 << 10;
  private static final int VERSION_AT = 8;
  private static final int STATE_AT = 16;
  private static final int CHECKPOINT_AT = 32;
  private static final int REDO_AT = 40;
  private static final int TIMELINE_AT = 48;
  private static final int RECOVERY_TIMELINE_AT = 144;

  /// Reads the control file of a data directory and checks its checksum.
  ///
  /// @throws IOException naming the file when it is missing, damaged or of an unknown layout
  public static ControlFile read(Path dataDirectory) throws IOException {
    Path file = dataDirectory.resolve("global").resolve("pg_control");
    byte[] content;
    try (var in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_BYTES);
    }
    try {
      return parse(content);
    } catch (IllegalArgumentException e) {
      throw new IOException("cannot use " + file + ": " + e.getMessage(), e);
    }
  }

  static ControlFile parse(byte[] content) {
    ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int checksumAt = checksumAt(content.length < STATE_AT ? 0 : buffer.getInt(VERSION_AT));
    if (content.length < checksumAt + 4) {
      throw new IllegalArgumentException("it is cut after " + content.length + " bytes");
    }
    CRC32C crc = new CRC32C();
    crc.update(content, 0, checksumAt);
    if ((int) crc.getValue() != buffer.getInt(checksumAt)) {
      throw new IllegalArgumentException("its checksum is wrong");
    }
    int state = buffer.getInt(STATE_AT);
    if (state < 0 || state >= State.values().length) {
      throw new IllegalArgumentException("its cluster state is " + state);
    }
    return new ControlFile(
        Long.toUnsignedString(buffer.getLong(0)),
        State.values()[state],
        new Lsn(buffer.getLong(CHECKPOINT_AT)),
        new Lsn(buffer.getLong(REDO_AT)),
        Integer.toUnsignedLong(buffer.getInt(TIMELINE_AT)),
        Integer.toUnsignedLong(buffer.getInt(RECOVERY_TIMELINE_AT)));
  }

  private static int checksumAt(int layout) {
    return switch (layout) {
      case 1300, 1700 -> 288;
      case 1800 -> 292;
      default ->
          throw new IllegalArgumentException(
              "its layout is " + layout + ", known are those of PostgreSQL 13 to 18");
    };
  }
}
