package org.relevo.proxy.statistics;

import java.util.concurrent.atomic.AtomicIntegerArray;

/// How often which time was taken, in buckets that grow with the time: eight for each power of two,
/// so that a bucket is at most an eighth as wide as its least value. 896 bytes.
///
/// Owner: one writer; anybody may read.
final class Latencies {
  private static final int BITS = 3;
  private static final int PER_POWER = 1 << BITS;

  /// From here on (18 minutes, in microseconds) all is one bucket.
  private static final int POWERS = 30;

  static final int BUCKETS = PER_POWER * (POWERS - BITS + 1);

  private final AtomicIntegerArray counts = new AtomicIntegerArray(BUCKETS);

  void add(long micros) {
    int bucket = bucket(micros);
    int count = counts.getPlain(bucket);
    if (count == Integer.MAX_VALUE) {
      halve();
      count = counts.getPlain(bucket);
    }
    counts.setRelease(bucket, count + 1);
  }

  /// Shares stay what they are.
  private void halve() {
    for (int i = 0; i < BUCKETS; i++) {
      counts.setRelease(i, counts.getPlain(i) / 2);
    }
  }

  void addTo(long[] sums) {
    for (int i = 0; i < BUCKETS; i++) {
      sums[i] += counts.getOpaque(i);
    }
  }

  static int bucket(long micros) {
    if (micros < PER_POWER) {
      return (int) Math.max(0, micros);
    }
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
    return power >= POWERS
        ? BUCKETS - 1
        : (power - BITS + 1) * PER_POWER + (int) (micros >>> (power - BITS)) % PER_POWER;
  }

  /// The time under which a share of all is, in microseconds: the middle of its bucket.
  ///
  /// @param counts by bucket
  /// @param share 0 to 1
  /// @return 0 when nothing was counted
  static double quantile(long[] counts, double share) {
    long all = 0;
    for (long count : counts) {
      all += count;
    }
    long rank = Math.max(1, (long) Math.ceil(share * all));
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return middle(i);
      }
    }
    return 0;
  }

  private static double middle(int bucket) {
    if (bucket < PER_POWER) {
      return bucket;
    }
    int shift = bucket / PER_POWER - 1;
    long least = (long) (PER_POWER + bucket % PER_POWER) << shift;
    return least + ((1L << shift) - 1) / 2.0;
  }
}
