package org.relevo.proxy.freshness;

/// An acknowledged write as one number, so that a session keeps it without allocation: which sample
/// will tell its bound, and how new the picture of the cluster must be in which that sample counts.
///
/// ```text
/// 63          40 39                      0
/// | cluster epoch | number of the sample |      0: nothing was written
/// ```
///
/// The epoch is there for the moments of a fail-over in which sessions already use a new primary
/// and the sampler still asks the old one: samples of the old one must not settle such a write.
public final class Mark {
  /// Nothing was written.
  public static final long NONE = 0;

  private static final int NUMBER_BITS = 40;
  private static final long MAX_NUMBER = (1L << NUMBER_BITS) - 1;
  private static final long MAX_EPOCH = (1L << (63 - NUMBER_BITS)) - 1;

  private Mark() {}

  /// @param epoch of [org.relevo.proxy.core.ClusterView]; greater ones than fit count as the
  ///   greatest that fits, 8 million role changes
  static long of(long epoch, long number) {
    if (number < 1 || number > MAX_NUMBER || epoch < 0) {
      throw new IllegalArgumentException("no mark of epoch " + epoch + " and sample " + number);
    }
    return Math.min(epoch, MAX_EPOCH) << NUMBER_BITS | number;
  }

  static long epoch(long mark) {
    return mark >>> NUMBER_BITS;
  }

  static long number(long mark) {
    return mark & MAX_NUMBER;
  }
}
