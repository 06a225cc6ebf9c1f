package org.relevo.proxy.freshness;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// Numbers the samples and lets anybody ask for one that has not begun.
///
/// A number is taken ([#begin]) before the first byte of its questions is sent. So whoever reads
/// number `n` as the newest begun knows that sample `n + 1` asks the servers later than now.
///
/// Owner: [#begin], [#sleep] and [#waken] are the sampler's, on its loop; the rest is for any
/// thread, without locks. Many marks between two samples cost each two volatile reads and one
/// striped count.
final class SampleClock {
  private final Runnable wake;
  private final AtomicLong asked = new AtomicLong();
  private final AtomicBoolean asleep = new AtomicBoolean(true);
  private final LongAdder marks = new LongAdder();
  private volatile long begun;

  /// @param wake called by any thread when the sampler sleeps and a sample is asked for; must hand
  ///   over to the sampler and not block
  SampleClock(Runnable wake) {
    this.wake = wake;
  }

  /// Asks for the next sample to begin.
  ///
  /// @return its number
  long ask() {
    long number = begun + 1;
    marks.increment();
    long before = asked.get();
    while (before < number && !asked.compareAndSet(before, number)) {
      before = asked.get();
    }
    if (asleep.get() && asleep.compareAndSet(true, false)) {
      wake.run();
    }
    return number;
  }

  /// The highest number that was asked for.
  long asked() {
    return asked.get();
  }

  long begun() {
    return begun;
  }

  /// How often somebody asked.
  long marks() {
    return marks.sum();
  }

  /// Takes the next number.
  @SuppressWarnings("NonAtomicVolatileUpdate") // the sampler is the only writer
  long begin() {
    return ++begun;
  }

  /// From here on whoever asks wakes the sampler.
  ///
  /// @return false when somebody asked in the meantime: the sampler must not sleep
  boolean sleep() {
    asleep.set(true);
    return asked.get() <= begun || !asleep.compareAndSet(true, false);
  }

  /// The sampler is awake.
  void waken() {
    asleep.set(false);
  }
}
