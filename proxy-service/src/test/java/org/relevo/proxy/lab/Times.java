package org.relevo.proxy.lab;

import java.util.Arrays;

/// Moments of [System#nanoTime] in the order in which they came. One thread adds, any may read.
final class Times {
  private long[] all = new long[1024];
  private int count;

  synchronized void add(long ns) {
    if (count == all.length) {
      all = Arrays.copyOf(all, 2 * count);
    }
    all[count++] = ns;
  }

  /// Those from a moment on.
  synchronized long[] since(long ns) {
    int first = Arrays.binarySearch(all, 0, count, ns);
    return Arrays.copyOfRange(all, first < 0 ? -first - 1 : first, count);
  }

  /// The longest time without any, in ns, of moments in order and two that enclose them.
  static Gap longest(long fromNs, long[] sorted, long untilNs) {
    Gap longest = new Gap(fromNs, fromNs);
    long before = fromNs;
    for (int i = 0; i <= sorted.length; i++) {
      long next = i < sorted.length ? sorted[i] : untilNs;
      if (next - before > longest.ns()) {
        longest = new Gap(before, next);
      }
      before = next;
    }
    return longest;
  }

  /// A time without any.
  record Gap(long fromNs, long untilNs) {
    long ns() {
      return untilNs - fromNs;
    }

    long ms() {
      return ns() / 1_000_000;
    }
  }

  /// The value that this share of all are not above: the nearest rank.
  static long percentile(long[] values, double share) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
