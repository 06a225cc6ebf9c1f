package org.relevo.proxy.demo;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Waits for a condition that can only be asked for, with a deadline.
final class Await {
  private static final long PERIOD_MS = 50;

  private Await() {}

  /// @throws TimeoutException when the answer is not wanted before the deadline
  static <T> T until(Duration limit, Supplier<T> question, Predicate<T> wanted)
      throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      T answer = question.get();
      if (wanted.test(answer)) {
        return answer;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException("not within " + limit.toSeconds() + " s; last: " + answer);
      }
      TimeUnit.MILLISECONDS.sleep(PERIOD_MS);
    }
  }

  /// As above for a question that fails until it can be answered; the last failure is the cause.
  static <T> T untilAnswered(Duration limit, Callable<T> question)
      throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        return question.call();
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        if (System.nanoTime() - deadline > 0) {
          TimeoutException late =
              new TimeoutException(
                  "no answer within " + limit.toSeconds() + " s: " + e.getMessage());
          late.initCause(e);
          throw late;
        }
      }
      TimeUnit.MILLISECONDS.sleep(PERIOD_MS);
    }
  }
}
