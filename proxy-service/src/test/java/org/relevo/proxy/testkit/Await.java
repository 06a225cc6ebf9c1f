package org.relevo.proxy.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waits for conditions, never for time.
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Await() {}

  public static void until(String what, Callable<Boolean> condition) {
    until(LIMIT, () -> what, condition);
  }

  public static void until(Callable<String> what, Callable<Boolean> condition) {
    until(LIMIT, what, condition);
  }

  public static void until(Duration limit, Callable<String> what, Callable<Boolean> condition) {
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
          throw new AssertionError("after " + limit.toMillis() + " ms: " + e, e);
        }
      }
      LockSupport.parkNanos(10_000_000);
    }
  }
}
