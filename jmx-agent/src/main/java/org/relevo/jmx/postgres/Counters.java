package org.relevo.jmx.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.relevo.jmx.contract.PostgresSample;

/// What a server had counted at one moment.
///
/// @param atNanos monotonic time of the answer
/// @param started the server's start, as it writes it; counters of two starts are not compared
record Counters(
    long atNanos,
    String started,
    int backends,
    long commits,
    long rollbacks,
    long blocksRead,
    long blocksHit,
    long returned,
    long fetched,
    long inserted,
    long updated,
    long deleted,
    long tempBytes,
    long deadlocks,
    long walBytes,
    long checkpoints,
    long checkpointBuffers,
    long replayLagBytes) {
  private static final long UNKNOWN = -1;

  static Counters read(ResultSet row, long atNanos) throws SQLException {
    return new Counters(
        atNanos,
        row.getString("started"),
        row.getInt("backends"),
        number(row, "commits"),
        number(row, "rollbacks"),
        number(row, "blocks_read"),
        number(row, "blocks_hit"),
        number(row, "returned"),
        number(row, "fetched"),
        number(row, "inserted"),
        number(row, "updated"),
        number(row, "deleted"),
        number(row, "temp_bytes"),
        number(row, "deadlocks"),
        number(row, "wal_bytes"),
        number(row, "checkpoints"),
        number(row, "checkpoint_buffers"),
        number(row, "replay_lag"));
  }

  boolean comparableWith(Counters before) {
    return started.equals(before.started) && atNanos > before.atNanos;
  }

  /// The rates since `before`, which is of the same server start.
  PostgresSample since(Counters before, long sequence, long sampledAtEpochMs) {
    long nanos = atNanos - before.atNanos;
    return new PostgresSample(
        sequence,
        sampledAtEpochMs,
        nanos / 1_000_000,
        backends,
        rate(commits, before.commits, nanos),
        rate(rollbacks, before.rollbacks, nanos),
        rate(blocksRead, before.blocksRead, nanos),
        rate(blocksHit, before.blocksHit, nanos),
        rate(returned, before.returned, nanos),
        rate(fetched, before.fetched, nanos),
        rate(inserted, before.inserted, nanos),
        rate(updated, before.updated, nanos),
        rate(deleted, before.deleted, nanos),
        rate(tempBytes, before.tempBytes, nanos),
        rate(deadlocks, before.deadlocks, nanos),
        rate(walBytes, before.walBytes, nanos),
        rate(checkpoints, before.checkpoints, nanos),
        rate(checkpointBuffers, before.checkpointBuffers, nanos),
        replayLagBytes);
  }

  /// What a server shows before its first interval.
  static PostgresSample nothingYet() {
    return new PostgresSample(
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
  }

  /// -1 when the server does not tell, and when statistics were reset or a database was dropped in
  /// between: a counter that went back says nothing about the interval.
  private static double rate(long now, long before, long nanos) {
    return now < before || before == UNKNOWN ? -1 : (now - before) * 1e9 / nanos;
  }

  private static long number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? UNKNOWN : value;
  }
}
