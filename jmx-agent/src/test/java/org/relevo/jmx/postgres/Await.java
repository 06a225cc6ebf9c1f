package org.relevo.jmx.postgres;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for a condition with a deadline.
public final class Await {
  private Await() {}

  public static void until(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("condition did not come true within " + limit);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }
}
