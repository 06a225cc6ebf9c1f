package org.relevo.app.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.relevo.app.task.Timers;

/// Timers that fire when the test lets time pass.
///
/// Owner: any thread, behind its own lock; calls are made outside the lock.
public final class ManualTimers implements Timers {
  private final TestClock clock;
  private final List<Entry> waiting = new ArrayList<>();

  public ManualTimers(TestClock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized Cancel after(Duration delay, Runnable call) {
    Entry entry = new Entry(clock.instant().plus(delay), call);
    waiting.add(entry);
    return () -> remove(entry);
  }

  /// Lets time pass and makes every call that falls due, in order.
  public void advance(Duration by) {
    Instant end = clock.instant().plus(by);
    for (Optional<Entry> due = nextUntil(end); due.isPresent(); due = nextUntil(end)) {
      Duration gap = Duration.between(clock.instant(), due.get().at());
      if (gap.isPositive()) {
        clock.advance(gap);
      }
      due.get().call().run();
    }
    clock.advance(Duration.between(clock.instant(), end));
  }

  /// Calls not made yet.
  public synchronized int pending() {
    return waiting.size();
  }

  @Override
  public synchronized void close() {
    waiting.clear();
  }

  private synchronized Optional<Entry> nextUntil(Instant end) {
    Optional<Entry> due =
        waiting.stream().filter(e -> !e.at().isAfter(end)).min(Comparator.comparing(Entry::at));
    due.ifPresent(waiting::remove);
    return due;
  }

  private synchronized void remove(Entry entry) {
    waiting.remove(entry);
  }

  private record Entry(Instant at, Runnable call) {
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
