package org.relevo.proxy.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waits for conditions, never for time.
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(10);

  private Await() {}

  public static void until(String what, Callable<Boolean> condition) {
    until(LIMIT, () -> what, condition);
  }

  public static void until(Callable<String> what, Callable<Boolean> condition) {
    until(LIMIT, what, condition);
  }

  public static void until(Duration limit, Callable<String> what, Callable<Boolean> condition) {
    until(limit, PAUSE, what, condition);
  }

  /// @param pause between two looks, for those that cost something
  public static void until(
      Duration limit, Duration pause, Callable<String> what, Callable<Boolean> condition) {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        if (condition.call()) {
          return;
        }
        if (System.nanoTime() > deadlineNs) {
          throw new AssertionError("after " + limit.toMillis() + " ms: " + what.call());
        }
      } catch (Exception e) {
        if (System.nanoTime() > deadlineNs) {
          throw new AssertionError(
              "after %d ms: %s; %s".formatted(limit.toMillis(), e, said(what)), e);
        }
      }
      LockSupport.parkNanos(pause.toNanos());
    }
  }

  /// For what does not change: that can only be seen by looking for a while.
  ///
  /// @param check throws when it is not so any more
  public static void stays(Duration time, Check check) throws Exception {
    long endNs = System.nanoTime() + time.toNanos();
    do {
      check.run();
      LockSupport.parkNanos(10 * PAUSE.toNanos());
    } while (System.nanoTime() < endNs);
  }

  /// An assertion.
  public interface Check {
    void run() throws Exception;
  }

  private static String said(Callable<String> what) {
    try {
      return what.call();
    } catch (Exception e) {
      return "and nothing more is known: " + e;
    }
  }
}
