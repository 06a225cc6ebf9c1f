package org.relevo.jmx.benchmark;

import java.util.concurrent.atomic.AtomicLongArray;

/// Counts latencies in buckets whose width grows with the value: exact to 1/64 (1.6 %) from 1 µs to
/// two days. Recording allocates nothing and takes no lock.
///
/// Owner: itself; any thread may record and read.
final class LatencyHistogram {
  private static final int SUB_BUCKET_BITS = 6;
  private static final int SUB_BUCKETS = 1 << SUB_BUCKET_BITS;
  private static final int MAX_SHIFT = 30;
  private static final long MAX_MICROS = (1L << (MAX_SHIFT + SUB_BUCKET_BITS + 1)) - 1;

  private final AtomicLongArray counts = new AtomicLongArray((MAX_SHIFT + 2) * SUB_BUCKETS);

  void record(long nanos) {
    counts.getAndIncrement(indexOf(Math.clamp(nanos / 1000, 0, MAX_MICROS)));
  }

  /// How many latencies each bucket has now.
  long[] snapshot() {
    long[] copy = new long[counts.length()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = counts.get(i);
    }
    return copy;
  }

  /// @param quantiles between 0 and 1, ascending
  /// @return the latencies in ms at those shares, -1 each when nothing was recorded
  double[] quantilesMs(double... quantiles) {
    return quantilesMs(snapshot(), new long[counts.length()], quantiles);
  }

  /// The same of what was recorded between two pictures.
  static double[] quantilesMs(long[] now, long[] before, double... quantiles) {
    long[] between = new long[now.length];
    long total = 0;
    for (int i = 0; i < now.length; i++) {
      between[i] = now[i] - before[i];
      total += between[i];
    }
    double[] found = new double[quantiles.length];
    for (int q = 0; q < quantiles.length; q++) {
      long rank = (long) Math.ceil(quantiles[q] * total);
      found[q] = total == 0 ? -1 : valueAt(between, rank) / 1000.0;
    }
    return found;
  }

  private static double valueAt(long[] counts, long rank) {
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= Math.max(1, rank)) {
        return middleOf(i);
      }
    }
    return MAX_MICROS;
  }

  static int indexOf(long micros) {
    if (micros < SUB_BUCKETS) {
      return (int) micros;
    }
    int shift = Long.SIZE - 1 - SUB_BUCKET_BITS - Long.numberOfLeadingZeros(micros);
    return (shift + 1) * SUB_BUCKETS + (int) ((micros >>> shift) - SUB_BUCKETS);
  }

  static double middleOf(int index) {
    if (index < SUB_BUCKETS) {
      return index;
    }
    int shift = index / SUB_BUCKETS - 1;
    long lowest = (long) (index % SUB_BUCKETS + SUB_BUCKETS) << shift;
    return lowest + ((1L << shift) - 1) / 2.0;
  }
}
