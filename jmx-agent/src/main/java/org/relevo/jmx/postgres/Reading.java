package org.relevo.jmx.postgres;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.relevo.jmx.contract.PostgresSample;

/// What a server had counted at one moment.
final class Reading {
  static final long UNKNOWN = -1;

  private final long atNanos;
  private final String started;
  private final long[] values;

  private Reading(long atNanos, String started, long[] values) {
    this.atNanos = atNanos;
    this.started = started;
    this.values = values;
  }

  /// @param slow figures that are not in the row, by ordinal
  static Reading of(ResultSet row, long atNanos, long[] slow) throws SQLException {
    ResultSetMetaData columns = row.getMetaData();
    Map<String, Integer> places = new HashMap<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      places.put(columns.getColumnLabel(i), i);
    }
    long[] values = slow.clone();
    for (Figure figure : Figure.ALL) {
      Integer place = places.get(figure.column());
      if (place != null) {
        long value = row.getLong(place);
        values[figure.place()] = row.wasNull() ? UNKNOWN : value;
      }
    }
    return new Reading(atNanos, row.getString("started"), values);
  }

  /// Nothing known.
  static long[] nothing() {
    long[] values = new long[Figure.ALL.size()];
    Arrays.fill(values, UNKNOWN);
    return values;
  }

  /// Counters of two starts of a server are not compared.
  boolean comparableWith(Reading before) {
    return started.equals(before.started) && atNanos > before.atNanos;
  }

  long periodMs(Reading before) {
    return (atNanos - before.atNanos) / 1_000_000;
  }

  /// Rates and levels in the order of the figures; -1 when the server does not tell.
  double[] since(Reading before) {
    double[] shown = new double[values.length];
    for (Figure figure : Figure.ALL) {
      shown[figure.place()] =
          figure.kind() == Figure.Kind.RATE ? rate(before, figure) : value(figure);
    }
    return shown;
  }

  /// The sample of the smaller view, made of the same row.
  PostgresSample sample(double[] shown, Reading before, long sequence, long sampledAtEpochMs) {
    double timed = shown[Figure.CHECKPOINTS_TIMED.place()];
    double requested = shown[Figure.CHECKPOINTS_REQUESTED.place()];
    return new PostgresSample(
        sequence,
        sampledAtEpochMs,
        periodMs(before),
        (int) value(Figure.BACKENDS),
        shown[Figure.COMMITS.place()],
        shown[Figure.ROLLBACKS.place()],
        shown[Figure.BLOCKS_READ.place()],
        shown[Figure.BLOCKS_HIT.place()],
        shown[Figure.ROWS_RETURNED.place()],
        shown[Figure.ROWS_FETCHED.place()],
        shown[Figure.ROWS_INSERTED.place()],
        shown[Figure.ROWS_UPDATED.place()],
        shown[Figure.ROWS_DELETED.place()],
        shown[Figure.TEMP_BYTES.place()],
        shown[Figure.DEADLOCKS.place()],
        shown[Figure.WAL.place()],
        timed < 0 || requested < 0 ? UNKNOWN : timed + requested,
        shown[Figure.CHECKPOINT_BUFFERS.place()],
        value(Figure.REPLAY_LAG_BYTES));
  }

  /// What a server shows before its first interval.
  static PostgresSample nothingYet() {
    return new PostgresSample(
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
  }

  private long value(Figure figure) {
    return values[figure.place()];
  }

  /// -1 when the server does not tell, and when statistics were reset or a database was dropped in
  /// between: a counter that went back says nothing about the interval.
  private double rate(Reading before, Figure figure) {
    long was = before.value(figure);
    long now = value(figure);
    return now < was || was == UNKNOWN ? UNKNOWN : (now - was) * 1e9 / (atNanos - before.atNanos);
  }
}
