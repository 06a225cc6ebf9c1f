package org.relevo.app.chart;

/// The newest points of one line, oldest first, in a ring of fixed size.
///
/// `NaN` says that nothing is known at that time; the line is interrupted there, and also where two
/// neighbours are further apart than `gapAfterMs`. Owner: FX thread.
public final class TimeSeries {
  /// Ten minutes at one sample a second.
  public static final int CAPACITY = 600;

  private final long[] timesMs;
  private final double[] values;
  private long gapAfterMs;
  private int first;
  private int size;

  /// @param gapAfterMs longest distance of two points that are still joined by a line
  public TimeSeries(int capacity, long gapAfterMs) {
    if (capacity < 2) {
      throw new IllegalArgumentException("a time series needs room for 2 points, not " + capacity);
    }
    if (gapAfterMs < 1) {
      throw new IllegalArgumentException("gapAfterMs must be at least 1, not " + gapAfterMs);
    }
    this.timesMs = new long[capacity];
    this.values = new double[capacity];
    this.gapAfterMs = gapAfterMs;
  }

  /// Appends a point. Points at the same time or later make way: a sample that is sent again
  /// replaces itself, and when the clock is set back the future that did not happen is dropped.
  ///
  /// @param value `NaN` when unknown
  public void add(long atEpochMs, double value) {
    while (size > 0 && timeMs(size - 1) >= atEpochMs) {
      size--;
    }
    if (size == timesMs.length) {
      first = (first + 1) % timesMs.length;
      size--;
    }
    int slot = slot(size);
    timesMs[slot] = atEpochMs;
    values[slot] = Double.isInfinite(value) ? Double.NaN : value;
    size++;
  }

  /// Another distance for points that come in other steps.
  public void gapAfter(long newGapAfterMs) {
    gapAfterMs = Math.max(1, newGapAfterMs);
  }

  public void clear() {
    first = 0;
    size = 0;
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /// @param index 0 for the oldest
  public long timeMs(int index) {
    return timesMs[slot(index)];
  }

  /// @param index 0 for the oldest
  public double value(int index) {
    return values[slot(index)];
  }

  /// Whether the line is interrupted between this point and the one before.
  public boolean gapBefore(int index) {
    return index > 0 && timeMs(index) - timeMs(index - 1) > gapAfterMs;
  }

  /// @return index of the first point at or after the time, `size()` when there is none
  public int firstAtOrAfter(long epochMs) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (timeMs(middle) < epochMs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// The value that holds at a time: that of the newest point not after it, as long as the point is
  /// not older than the distance that makes a gap.
  ///
  /// @return `NaN` when nothing is known
  public double valueAt(long epochMs) {
    int index = firstAtOrAfter(epochMs + 1) - 1;
    if (index < 0 || epochMs - timeMs(index) > gapAfterMs) {
      return Double.NaN;
    }
    return value(index);
  }

  /// @return the greatest known value from a time to another, `NaN` when there is none
  public double maxWithin(long fromMs, long untilMs) {
    double max = Double.NaN;
    for (int i = firstAtOrAfter(fromMs); i < size && timeMs(i) <= untilMs; i++) {
      double value = value(i);
      if (!Double.isNaN(value) && !(max >= value)) {
        max = value;
      }
    }
    return max;
  }

  private int slot(int index) {
    return (first + index) % timesMs.length;
  }
}
