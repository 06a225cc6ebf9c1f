package org.relevo.proxy.freshness;

import org.relevo.proxy.core.Lsn;

/// What does not change while a connection lasts.
///
/// @param timeline the newest that the control file or the receiver shows
/// @param version `server_version_num`
/// @param pageBytes `wal_block_size`, a power of two
/// @param segmentBytes `wal_segment_size`, a power of two
record NodeIdentity(
    long systemIdentifier, long timeline, int version, long pageBytes, long segmentBytes) {
  /// XLogPageHeaderData and XLogLongPageHeaderData of PostgreSQL, in bytes.
  private static final long PAGE_HEADER_BYTES = 24;

  private static final long SEGMENT_HEADER_BYTES = 40;

  NodeIdentity {
    if (Long.bitCount(pageBytes) != 1
        || pageBytes < 512
        || Long.bitCount(segmentBytes) != 1
        || segmentBytes < pageBytes) {
      throw new IllegalArgumentException(
          "impossible sizes of the write-ahead log: pages of %d and segments of %d bytes"
              .formatted(pageBytes, segmentBytes));
    }
  }

  /// End of the last record before an insert position. At the begin of a page the position to
  /// insert at lies behind the page's header, but the replay of what was before ends in front of
  /// it: a standby would look behind for as long as nothing is written.
  Lsn endBefore(long insert) {
    if ((insert & (segmentBytes - 1)) == SEGMENT_HEADER_BYTES) {
      return new Lsn(insert - SEGMENT_HEADER_BYTES);
    }
    if ((insert & (pageBytes - 1)) == PAGE_HEADER_BYTES) {
      return new Lsn(insert - PAGE_HEADER_BYTES);
    }
    return new Lsn(insert);
  }
}
