package org.relevo.jmx.benchmark;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What a run and its clients tell each other: all have tried to connect, stop, all have ended.
///
/// Owner: itself; any thread.
final class StartAndStop {
  private final CountDownLatch ready;
  private final CountDownLatch ended;
  private final CountDownLatch stop = new CountDownLatch(1);

  StartAndStop(int clients) {
    this.ready = new CountDownLatch(clients);
    this.ended = new CountDownLatch(clients);
  }

  /// A client has its connection, or knows that there is none for now.
  void ready() {
    ready.countDown();
  }

  void ended() {
    ended.countDown();
    if (ended.getCount() == 0) {
      stop.countDown();
    }
  }

  boolean allEnded() {
    return ended.getCount() == 0;
  }

  /// @return whether all clients are ready
  boolean awaitReady(long limitMs) {
    return await(ready, limitMs);
  }

  /// @return whether all clients have ended
  boolean awaitEnded(long limitMs) {
    return await(ended, limitMs);
  }

  void stop() {
    stop.countDown();
  }

  boolean stopping() {
    return stop.getCount() == 0;
  }

  /// @return whether the run was told to stop, or has nothing more to do, within the time
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
