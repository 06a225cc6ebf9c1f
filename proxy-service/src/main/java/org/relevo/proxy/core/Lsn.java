package org.relevo.proxy.core;

import java.util.Optional;

/// A position in the write-ahead log, unsigned, as PostgreSQL's `pg_lsn`.
public record Lsn(long value) implements Comparable<Lsn> {
  public static final Lsn ZERO = new Lsn(0);

  /// Reads `16/B374D848`.
  ///
  /// @throws IllegalArgumentException naming the text when it is none
  public static Lsn parse(String text) {
    return tryParse(text)
        .orElseThrow(() -> new IllegalArgumentException("not a WAL position: '" + text + "'"));
  }

  public static Optional<Lsn> tryParse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || slash > 8 || text.length() - slash - 1 < 1 || text.length() - slash > 9) {
      return Optional.empty();
    }
    try {
      long high = Long.parseLong(text, 0, slash, 16);
      long low = Long.parseLong(text, slash + 1, text.length(), 16);
      return high < 0 || low < 0 ? Optional.empty() : Optional.of(new Lsn((high << 32) | low));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  /// How far this is ahead of the other; negative when behind.
  public long bytesAfter(Lsn other) {
    return value - other.value;
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return "%X/%X".formatted(value >>> 32, value & 0xFFFFFFFFL);
  }
}
