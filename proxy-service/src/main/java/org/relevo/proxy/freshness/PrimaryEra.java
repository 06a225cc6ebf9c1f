package org.relevo.proxy.freshness;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// The last samples of one primary, as long as its connection lasts: within an era its position
/// only grows. A primary that was reached anew, also after a crash on the same timeline, begins a
/// new era: what the crash lost must not keep reads away from standbys.
///
/// Writes from before an era (on the former primary, or on this one before its crash) are bounded
/// by the era's first sample: whatever of them survived lies before it, as a timeline begins before
/// anything is inserted on it.
///
/// Owner: written by the sampler's loop alone; [#bound] is for any thread. Slots are used again
/// after [#CAPACITY] numbers; who reads such a slot meanwhile gets a later sample, which is a bound
/// too, only a more careful one.
final class PrimaryEra {
  /// Five seconds of samples at the usual period.
  static final int CAPACITY = 1024;

  private final BackendId node;
  private final long systemIdentifier;
  private final long timeline;
  private final long first;
  private final AtomicReferenceArray<Lsn> positions = new AtomicReferenceArray<>(CAPACITY);
  private final AtomicLongArray timesNs = new AtomicLongArray(CAPACITY);
  private volatile long last;
  private volatile long confirmedEpoch;

  /// @param epoch of the cluster's picture in which the node is the primary
  PrimaryEra(BackendId node, long systemIdentifier, long epoch, Sample begin) {
    this.node = node;
    this.systemIdentifier = systemIdentifier;
    this.timeline = begin.timeline();
    this.first = begin.number();
    this.last = begin.number() - 1;
    this.confirmedEpoch = epoch;
    add(begin);
  }

  /// Later samples of the same primary. Numbers that it was not asked for get this position too.
  void add(Sample sample) {
    long number = sample.number();
    long from = Math.max(last + 1, number - CAPACITY + 1);
    for (long each = from; each <= number; each++) {
      positions.set(slot(each), sample.position());
      timesNs.set(slot(each), sample.endedAtNs());
    }
    last = number;
  }

  /// A newer picture of the cluster names the same primary.
  void confirm(long epoch) {
    confirmedEpoch = epoch;
  }

  BackendId node() {
    return node;
  }

  long systemIdentifier() {
    return systemIdentifier;
  }

  long timeline() {
    return timeline;
  }

  long confirmedEpoch() {
    return confirmedEpoch;
  }

  /// Number of the newest sample.
  long last() {
    return last;
  }

  /// Where the primary inserts, as last sampled.
  Lsn position() {
    return at(last);
  }

  /// @return null when no sample of that number or a later one has ended
  @Nullable Lsn bound(long number) {
    long newest = last;
    return number > newest ? null : at(Math.max(number, oldest(newest)));
  }

  /// How long ago the primary first was past `replayed`, in ms; as long as the memory reaches when
  /// it was so before that. For the sampler's loop.
  long lagMs(Lsn replayed, long nowNs) {
    long low = oldest(last);
    long high = last;
    if (at(high).compareTo(replayed) <= 0) {
      return 0;
    }
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (at(middle).compareTo(replayed) > 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return Math.max(0, (nowNs - timesNs.get(slot(low))) / 1_000_000);
  }

  /// Whether the memory reaches back to a position that is not past `replayed`.
  boolean remembers(Lsn replayed) {
    return at(oldest(last)).compareTo(replayed) <= 0;
  }

  private long oldest(long newest) {
    return Math.max(first, newest - CAPACITY + 1);
  }

  private Lsn at(long number) {
    return positions.get(slot(number));
  }

  private static int slot(long number) {
    return (int) (number % CAPACITY);
  }
}
