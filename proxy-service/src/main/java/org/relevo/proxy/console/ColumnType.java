package org.relevo.proxy.console;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.relevo.proxy.wire.ResultMessages;

/// The types of the console's columns, as PostgreSQL's.
public enum ColumnType {
  TEXT(25, -1, "text"),
  INT8(20, 8, "int8"),
  FLOAT8(701, 8, "float8"),
  /// The value is milliseconds since the Unix epoch.
  TIMESTAMPTZ(1184, 8, "timestamptz"),
  BOOL(16, 1, "bool");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS'+00'").withZone(ZoneOffset.UTC);

  /// 2000-01-01, PostgreSQL's epoch.
  private static final long EPOCH_MS = 946_684_800_000L;

  private final int oid;
  private final int bytes;
  private final String shown;

  ColumnType(int oid, int bytes, String shown) {
    this.oid = oid;
    this.bytes = bytes;
    this.shown = shown;
  }

  public int oid() {
    return oid;
  }

  /// Fixed length of a value, -1 when it varies.
  public int bytes() {
    return bytes;
  }

  /// As `pg_type.typname`.
  public String shown() {
    return shown;
  }

  /// @param value String, Long, Double or Boolean, as the type has it
  public String text(Object value) {
    return switch (this) {
      case TEXT, INT8, FLOAT8 -> value.toString();
      case TIMESTAMPTZ -> TIME.format(Instant.ofEpochMilli((Long) value));
      case BOOL -> (Boolean) value ? "t" : "f";
    };
  }

  /// The binary form that PostgreSQL's `…send` functions give.
  public byte[] binary(Object value) {
    return switch (this) {
      case TEXT -> ResultMessages.text((String) value);
      case INT8 -> ByteBuffer.allocate(8).putLong((Long) value).array();
      case FLOAT8 -> ByteBuffer.allocate(8).putDouble((Double) value).array();
      case TIMESTAMPTZ -> ByteBuffer.allocate(8).putLong(((Long) value - EPOCH_MS) * 1000).array();
      case BOOL -> new byte[] {(byte) ((Boolean) value ? 1 : 0)};
    };
  }
}
