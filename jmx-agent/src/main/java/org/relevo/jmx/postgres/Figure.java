package org.relevo.jmx.postgres;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.relevo.jmx.contract.SeriesColumn;

/// What is sampled of a server, in the order of the series' columns: first those of pgstat's
/// database view in its order, then what newer servers tell. The name in small letters is that of
/// the column in `postgres-series.sql`; a number in brackets is the first version that tells it.
enum Figure {
  BACKENDS(Kind.LEVEL, "", "sessions and parallel workers of all databases"),
  COMMITS(Kind.RATE, "", "transactions committed"),
  ROLLBACKS(Kind.RATE, "", "transactions rolled back"),
  BLOCKS_READ(Kind.RATE, "", "blocks that were not in shared buffers"),
  BLOCKS_HIT(Kind.RATE, "", "blocks found in shared buffers"),
  ROWS_RETURNED(Kind.RATE, "", "live rows read by scans, and index entries returned"),
  ROWS_FETCHED(Kind.RATE, "", "rows fetched by index scans"),
  ROWS_INSERTED(Kind.RATE, "", "rows inserted"),
  ROWS_UPDATED(Kind.RATE, "", "rows updated"),
  ROWS_DELETED(Kind.RATE, "", "rows deleted"),
  CONFLICTS(Kind.RATE, "", "queries cancelled on a standby by replay"),
  TEMP_FILES(Kind.RATE, "", "temporary files made"),
  TEMP_BYTES(Kind.RATE, "bytes", "written to temporary files"),
  DEADLOCKS(Kind.RATE, "", "deadlocks"),
  READ_MS(Kind.RATE, "ms", "waited for data files to be read; needs track_io_timing"),
  WRITE_MS(Kind.RATE, "ms", "waited for data files to be written; needs track_io_timing"),
  CHECKSUM_FAILURES(Kind.RATE, "", "pages with a wrong checksum"),
  SESSIONS_OPENED(Kind.RATE, "", "sessions opened (14)"),
  SESSIONS_BROKEN(Kind.RATE, "", "sessions lost, ended by an error or killed (14)"),
  ACTIVE_MS(Kind.RATE, "ms", "time spent in statements by all sessions (14)"),
  IDLE_IN_TRANSACTION_MS(Kind.RATE, "ms", "time idle in transaction of all sessions (14)"),
  PARALLEL_WORKERS(Kind.RATE, "", "parallel workers launched (18)"),
  WAL(Kind.RATE, "bytes", "write-ahead log written, on a standby received"),
  WAL_RECORDS(Kind.RATE, "", "records of the write-ahead log (14)"),
  WAL_FULL_PAGES(Kind.RATE, "", "full page images in the write-ahead log (14)"),
  WAL_BUFFERS_FULL(Kind.RATE, "", "times that WAL buffers were full (14)"),
  CHECKPOINTS_TIMED(Kind.RATE, "", "checkpoints by time"),
  CHECKPOINTS_REQUESTED(Kind.RATE, "", "checkpoints asked for, also by max_wal_size"),
  CHECKPOINT_BUFFERS(Kind.RATE, "", "buffers written by checkpoints"),
  CHECKPOINT_WRITE_MS(Kind.RATE, "ms", "time checkpoints wrote"),
  CHECKPOINT_SYNC_MS(Kind.RATE, "ms", "time checkpoints waited for the disk"),
  BGWRITER_BUFFERS(Kind.RATE, "", "buffers written by the background writer"),
  BGWRITER_HALTS(Kind.RATE, "", "times it stopped since it had written too many"),
  BACKEND_BUFFERS(Kind.RATE, "", "buffers that sessions had to write themselves"),
  BUFFERS_ALLOCATED(Kind.RATE, "", "buffers allocated"),
  IO_READS(Kind.RATE, "", "reads of data and temporary files (16)"),
  IO_READ_BYTES(Kind.RATE, "bytes", "read from data and temporary files (16)"),
  IO_READ_MS(Kind.RATE, "ms", "waited for those; needs track_io_timing (16)"),
  IO_WRITES(Kind.RATE, "", "writes of data and temporary files (16)"),
  IO_WRITE_BYTES(Kind.RATE, "bytes", "written to data and temporary files (16)"),
  IO_WRITE_MS(Kind.RATE, "ms", "waited for those; needs track_io_timing (16)"),
  IO_EXTEND_BYTES(Kind.RATE, "bytes", "by which files grew (16)"),
  IO_FSYNCS(Kind.RATE, "", "fsync calls (16)"),
  IO_EVICTIONS(Kind.RATE, "", "buffers given up for others (16)"),
  ARCHIVED(Kind.RATE, "", "WAL files archived"),
  ARCHIVE_FAILURES(Kind.RATE, "", "failed attempts to archive"),
  ACTIVE(Kind.LEVEL, "", "clients that run a statement"),
  IDLE(Kind.LEVEL, "", "idle clients"),
  IDLE_IN_TRANSACTION(Kind.LEVEL, "", "clients idle in a transaction"),
  WAITING_FOR_LOCK(Kind.LEVEL, "", "sessions that wait for a lock"),
  AUTOVACUUM_WORKERS(Kind.LEVEL, "", "autovacuum workers at work"),
  OLDEST_TRANSACTION_MS(Kind.LEVEL, "ms", "age of the oldest transaction"),
  OLDEST_QUERY_MS(Kind.LEVEL, "ms", "age of the oldest running statement"),
  OLDEST_SNAPSHOT(Kind.LEVEL, "transactions", "that the oldest snapshot holds back from vacuum"),
  STANDBYS(Kind.LEVEL, "", "connected standbys"),
  SENT_LAG_BYTES(Kind.LEVEL, "bytes", "not sent to the slowest standby"),
  WRITE_LAG_BYTES(Kind.LEVEL, "bytes", "not written by the slowest standby"),
  FLUSH_LAG_BYTES(Kind.LEVEL, "bytes", "not flushed by the slowest standby"),
  STANDBY_LAG_BYTES(Kind.LEVEL, "bytes", "not replayed by the slowest standby"),
  WRITE_LAG_MS(Kind.LEVEL, "ms", "until the slowest standby wrote"),
  FLUSH_LAG_MS(Kind.LEVEL, "ms", "until the slowest standby flushed"),
  STANDBY_LAG_MS(Kind.LEVEL, "ms", "until the slowest standby replayed"),
  REPLAY_LAG_BYTES(Kind.LEVEL, "bytes", "received by this standby and not replayed"),
  REPLAY_LAG_MS(Kind.LEVEL, "ms", "age of what this standby replayed last, while it is behind"),
  SLOTS(Kind.LEVEL, "", "replication slots"),
  SLOTS_INACTIVE(Kind.LEVEL, "", "replication slots that nobody uses"),
  SLOTS_RETAINED_BYTES(Kind.LEVEL, "bytes", "of the log kept for the slot furthest behind"),
  TRANSACTION_AGE(Kind.SLOW, "transactions", "since the oldest frozen one; 2,100,000,000 stop it"),
  MULTIXACT_AGE(Kind.SLOW, "multixacts", "since the oldest frozen one"),
  DATABASE_BYTES(Kind.SLOW, "bytes", "size of all databases"),
  WAL_FILES_BYTES(Kind.SLOW, "bytes", "size of the write-ahead log on disk"),
  ARCHIVE_WAITING(Kind.SLOW, "", "WAL files that wait to be archived");

  static final List<Figure> ALL = List.of(values());

  /// How a figure is shown.
  enum Kind {
    /// A counter, shown as its growth per second.
    RATE,
    /// Shown as it is.
    LEVEL,
    /// Shown as it is, and asked for once a minute.
    SLOW
  }

  private final Kind kind;
  private final String unit;
  private final String text;

  Figure(Kind kind, String unit, String text) {
    this.kind = kind;
    this.unit = unit;
    this.text = text;
  }

  Kind kind() {
    return kind;
  }

  /// Where it stands in a row of figures.
  // The order of the constants is that of the columns.
  @SuppressWarnings("EnumOrdinal")
  int place() {
    return ordinal();
  }

  String column() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<SeriesColumn> columns() {
    return Arrays.stream(values())
        .map(each -> new SeriesColumn(each.column(), each.unit(), each.text))
        .toList();
  }

  private String unit() {
    if (kind != Kind.RATE) {
      return unit.isEmpty() ? "count" : unit;
    }
    return unit.isEmpty() ? "per second" : unit + " per second";
  }
}
