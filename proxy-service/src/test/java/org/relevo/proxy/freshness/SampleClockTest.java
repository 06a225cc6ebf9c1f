package org.relevo.proxy.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class SampleClockTest {
  @Test
  void onlyTheFirstToAskWakesTheSleeper() {
    AtomicInteger wakes = new AtomicInteger();
    SampleClock clock = new SampleClock(wakes::incrementAndGet);
    assertThat(clock.ask()).isEqualTo(1);
    assertThat(clock.ask()).isEqualTo(1);
    assertThat(wakes).hasValue(1);
    assertThat(clock.sleep()).as("sample 1 was asked for and has not begun").isFalse();
    assertThat(clock.begin()).isEqualTo(1);
    assertThat(clock.ask()).isEqualTo(2);
    assertThat(wakes).as("it is awake").hasValue(1);
    clock.begin();
    assertThat(clock.sleep()).isTrue();
    assertThat(clock.ask()).isEqualTo(3);
    assertThat(wakes).hasValue(2);
    assertThat(clock.marks()).isEqualTo(4);
    assertThat(clock.asked()).isEqualTo(3);
  }

  /// A sampler that sleeps whenever it may, and threads that ask: nobody is forgotten, and nobody
  /// is given a sample that had begun.
  @Test
  void nobodyIsForgottenBetweenThreads() throws Exception {
    AtomicLong world = new AtomicLong();
    Semaphore wakes = new Semaphore(0);
    SampleClock clock = new SampleClock(wakes::release);
    // What the world was at each sample, read after its number was taken.
    long[] seen = new long[2_000_000];
    AtomicLong ended = new AtomicLong();
    CompletableFuture<Boolean> sampler =
        onThread(() -> {
          while (true) {
            if (clock.sleep() && !wakes.tryAcquire(2, TimeUnit.SECONDS)) {
              return true; // nobody has asked for long
            }
            clock.waken();
            long number = clock.begin();
            if (number >= seen.length) {
              return true;
            }
            seen[(int) number] = world.get();
            ended.set(number);
          }
        });
    CompletableFuture<?>[] askers = new CompletableFuture<?>[4];
    for (int i = 0; i < askers.length; i++) {
      askers[i] =
          onThread(() -> {
            for (int n = 0; n < 3_000; n++) {
              long mine = world.incrementAndGet();
              long number = clock.ask();
              long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
              while (ended.get() < number) {
                if (System.nanoTime() > deadlineNs) {
                  throw new AssertionError("sample " + number + " never began");
                }
                LockSupport.parkNanos(1_000);
              }
              assertThat(seen[(int) number]).isGreaterThanOrEqualTo(mine);
            }
            return true;
          });
    }
    CompletableFuture.allOf(askers).get(60, TimeUnit.SECONDS);
    assertThat(sampler.get(30, TimeUnit.SECONDS)).isTrue();
  }

  /// Virtual threads would keep each other from running.
  private static CompletableFuture<Boolean> onThread(Callable<Boolean> call) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            result.complete(call.call());
          } catch (Exception | AssertionError e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  @Test
  void whoWaitsMakesThePaceAndNobodyForEver() {
    long late = Pace.PATIENCE_NS;
    assertThat(Pace.of(true, true, false, 0, false, true, false)).isEqualTo(Pace.URGENT);
    assertThat(Pace.of(false, true, false, 0, false, true, false))
        .as("no primary")
        .isEqualTo(Pace.IDLE);
    assertThat(Pace.of(false, true, false, 0, true, true, false)).isEqualTo(Pace.URGENT);
    assertThat(Pace.of(true, false, false, 0, false, true, true)).isEqualTo(Pace.URGENT);
    assertThat(Pace.of(true, false, false, late, false, true, true)).isEqualTo(Pace.ACTIVE);
    assertThat(Pace.of(true, false, true, 0, false, true, false)).isEqualTo(Pace.IDLE);
    assertThat(Pace.of(true, true, false, 0, false, false, true))
        .as("nobody reads what was written")
        .isEqualTo(Pace.ACTIVE);
    assertThat(Pace.of(true, true, false, 0, true, false, false)).isEqualTo(Pace.URGENT);
    long ms = 1_000_000;
    assertThat(Pace.URGENT.delayNs(5 * ms)).isEqualTo(5 * ms);
    assertThat(Pace.ACTIVE.delayNs(5 * ms)).isEqualTo(50 * ms);
    assertThat(Pace.ACTIVE.delayNs(100 * ms)).isEqualTo(500 * ms);
    assertThat(Pace.IDLE.delayNs(5 * ms)).isEqualTo(500 * ms);
    assertThat(Pace.IDLE.delayNs(1_000 * ms)).isEqualTo(1_000 * ms);
  }

  @Test
  void theFirstWhoAsksForABoundWakesAndIsRememberedForAWhile() {
    AtomicLong wakes = new AtomicLong();
    Demand demand = new Demand(wakes::incrementAndGet);
    demand.note();
    assertThat(wakes).as("awake at first").hasValue(0);
    assertThat(demand.recent(0)).isTrue();
    assertThat(demand.recent(Demand.KEPT_NS - 1)).isTrue();
    demand.note();
    assertThat(wakes).as("still awake").hasValue(0);
    assertThat(demand.recent(Demand.KEPT_NS)).isTrue();
    assertThat(demand.recent(2 * Demand.KEPT_NS)).isFalse();
    demand.note();
    demand.note();
    assertThat(wakes).as("woken once").hasValue(1);
    assertThat(demand.recent(9 * Demand.KEPT_NS)).isTrue();
  }
}
