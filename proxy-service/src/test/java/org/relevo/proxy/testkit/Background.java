package org.relevo.proxy.testkit;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// Runs blocking calls beside a test, each on a thread of its own: the common pool has one thread
/// on a small machine.
public final class Background {
  private Background() {}

  public static <T> CompletableFuture<T> run(Callable<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("background")
        .start(() -> {
          try {
            result.complete(call.call());
          } catch (Exception | AssertionError e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }
}
