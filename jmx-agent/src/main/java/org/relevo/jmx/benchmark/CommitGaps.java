package org.relevo.jmx.benchmark;

import java.util.concurrent.atomic.AtomicLong;

/// Intervals without any committed transaction, in nanoseconds since the run's start. Intervals
/// shorter than a threshold are not kept; when the list is full the threshold is doubled and the
/// short ones are forgotten, so the longest are always there.
///
/// Owner: itself; clients call [#committed] without a lock, kept intervals are under this object's.
final class CommitGaps {
  static final long FIRST_THRESHOLD_NANOS = 20_000_000;
  private static final int CAPACITY = 4096;

  private final AtomicLong lastCommit = new AtomicLong();
  private final AtomicLong longest = new AtomicLong();
  private final long[] from = new long[CAPACITY];
  private final long[] to = new long[CAPACITY];
  private int size;
  private volatile long thresholdNanos = FIRST_THRESHOLD_NANOS;

  void committed(long nanos) {
    long before = lastCommit.getAndAccumulate(nanos, Math::max);
    long gap = nanos - before;
    if (gap > longest.get()) {
      longest.accumulateAndGet(gap, Math::max);
    }
    if (gap > thresholdNanos) {
      keep(before, nanos);
    }
  }

  /// @param now the run's present or its end; the gap since the last commit counts too
  long longestNanos(long now) {
    return Math.max(longest.get(), now - lastCommit.get());
  }

  /// @return the longest kept interval that overlaps [fromNanos, toNanos], 0 when there is none
  synchronized long longestNanos(long fromNanos, long toNanos, long now) {
    long found = 0;
    for (int i = 0; i < size; i++) {
      if (from[i] <= toNanos && to[i] >= fromNanos) {
        found = Math.max(found, to[i] - from[i]);
      }
    }
    long last = lastCommit.get();
    boolean running = now - last > thresholdNanos && last <= toNanos && now >= fromNanos;
    return running ? Math.max(found, now - last) : found;
  }

  private synchronized void keep(long start, long end) {
    while (size == CAPACITY) {
      thresholdNanos *= 2;
      int kept = 0;
      for (int i = 0; i < size; i++) {
        if (to[i] - from[i] > thresholdNanos) {
          from[kept] = from[i];
          to[kept++] = to[i];
        }
      }
      size = kept;
    }
    if (end - start > thresholdNanos) {
      from[size] = start;
      to[size++] = end;
    }
  }

  synchronized int kept() {
    return size;
  }
}
