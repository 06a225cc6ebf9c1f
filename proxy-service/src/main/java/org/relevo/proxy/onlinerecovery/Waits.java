package org.relevo.proxy.onlinerecovery;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;

/// Waits for what is seen by asking again and again.
final class Waits {
  /// What is waited for.
  @FunctionalInterface
  interface Condition {
    boolean holds() throws SQLException, RecoveryFailure, InterruptedException;
  }

  private Waits() {}

  /// @param problem what is said when the limit has passed
  static void until(Duration limit, long everyMs, Condition condition, Supplier<String> problem)
      throws SQLException, RecoveryFailure, InterruptedException {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - deadlineNs >= 0) {
        throw new RecoveryFailure(
            "%s after %d s".formatted(problem.get(), Math.max(1, limit.toSeconds())));
      }
      Thread.sleep(everyMs);
    }
  }
}
