package org.relevo.proxy.auth;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Work of logins that may not run on event loops, with bounds on how much of it is under way.
///
/// Thread-safe. [#close] lets nothing new in; what runs is interrupted.
public final class OffLoop implements AutoCloseable {
  private static final int MAX_WAITING = 1000;

  private final ThreadPoolExecutor threads;

  private OffLoop(int atOnce, ThreadFactory factory) {
    threads =
        new ThreadPoolExecutor(
            atOnce, atOnce, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), factory);
    threads.allowCoreThreadTimeOut(true);
  }

  /// For work that computes.
  public static OffLoop computing(String name, int atOnce) {
    return new OffLoop(atOnce, Thread.ofPlatform().daemon().name(name, 0).factory());
  }

  /// For work that waits.
  public static OffLoop waiting(String name, int atOnce) {
    return new OffLoop(atOnce, Thread.ofVirtual().name(name, 0).factory());
  }

  /// @return fails with a [RejectedExecutionException] when too much is waiting
  public <T> CompletionStage<T> run(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      threads.execute(() -> {
        try {
          result.complete(work.call());
        } catch (Exception e) {
          result.completeExceptionally(e);
        }
      });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(e);
    }
    return result;
  }

  @Override
  public void close() {
    // What was waiting is dropped: its logins end with their connections.
    var _ = threads.shutdownNow();
  }
}
