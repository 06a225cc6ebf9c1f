package org.relevo.jmx.benchmark;

/// How many errors ended when, in milliseconds since the run's start. Errors of one time slot share
/// an entry; when the list is full, slots become twice as wide, so no error is ever lost from the
/// count, only its exact time.
///
/// Owner: itself; any thread, under this object's lock.
final class ErrorTimes {
  static final int CAPACITY = 8192;

  private final long[] slots = new long[CAPACITY];
  private final long[] counts = new long[CAPACITY];
  private int size;
  private long slotMs = 1;

  synchronized void add(long ms) {
    if (size == CAPACITY) {
      widen();
    }
    // Clients come in slightly out of order; a late one is counted in the newest slot.
    long slot = ms / slotMs;
    if (size > 0 && slots[size - 1] >= slot) {
      counts[size - 1]++;
    } else {
      slots[size] = slot;
      counts[size++] = 1;
    }
  }

  /// @return errors in slots that overlap [fromMs, toMs]
  synchronized long between(long fromMs, long toMs) {
    long sum = 0;
    for (int i = 0; i < size; i++) {
      if (slots[i] * slotMs <= toMs && (slots[i] + 1) * slotMs - 1 >= fromMs) {
        sum += counts[i];
      }
    }
    return sum;
  }

  private void widen() {
    while (size == CAPACITY) {
      slotMs *= 2;
      int kept = 0;
      for (int i = 0; i < size; i++) {
        long slot = slots[i] / 2;
        if (kept > 0 && slots[kept - 1] == slot) {
          counts[kept - 1] += counts[i];
        } else {
          slots[kept] = slot;
          counts[kept++] = counts[i];
        }
      }
      size = kept;
    }
  }
}
