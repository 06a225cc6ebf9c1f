package org.relevo.jmx.client;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs blocking calls on virtual threads and stops waiting at a deadline. Interrupting a virtual
/// thread that waits on a socket closes the socket, so no thread stays behind.
final class Deadline {
  private Deadline() {}

  /// @param what for texts, such as `getStatus of 10.0.0.1:9899`
  /// @throws CallTimeoutException when it took longer
  /// @throws Exception what the body threw
  static <T> T call(String what, Duration limit, Callable<T> body) throws Exception {
    FutureTask<T> task = new FutureTask<>(body);
    Thread.ofVirtual().name("jmx-call").start(task);
    try {
      return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new CallTimeoutException(
          "no answer to " + what + " within " + limit.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new ConnectionLostException("interrupted while waiting for " + what, e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Exception cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }
}
