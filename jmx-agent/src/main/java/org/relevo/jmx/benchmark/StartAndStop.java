package org.relevo.jmx.benchmark;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What a run and its clients tell each other: all have tried to connect, go, stop.
///
/// Owner: itself; any thread.
final class StartAndStop {
  private static final long LONGEST_START_SECONDS = 60;

  private final CountDownLatch ready;
  private final CountDownLatch start = new CountDownLatch(1);
  private final CountDownLatch stop = new CountDownLatch(1);

  StartAndStop(int clients) {
    this.ready = new CountDownLatch(clients);
  }

  /// A client has its connection, or knows that there is none for now.
  void awaitStart() {
    if (start.getCount() > 0) {
      ready.countDown();
      await(start, TimeUnit.SECONDS.toMillis(LONGEST_START_SECONDS));
    }
  }

  /// @return whether all clients are ready
  boolean awaitReady(long limitMs) {
    return await(ready, limitMs);
  }

  void start() {
    start.countDown();
  }

  void stop() {
    stop.countDown();
    start.countDown();
  }

  boolean stopping() {
    return stop.getCount() == 0;
  }

  /// @return whether the run was told to stop within the time
  boolean awaitStop(long limitMs) {
    return await(stop, limitMs);
  }

  /// An interrupt means stop: these threads have no other work.
  private boolean await(CountDownLatch latch, long limitMs) {
    try {
      return latch.await(limitMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      stop();
      return true;
    }
  }
}
