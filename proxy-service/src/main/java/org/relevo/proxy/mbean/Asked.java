package org.relevo.proxy.mbean;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Waits for what a member answers, on the caller's thread of the connector.
final class Asked {
  /// Below the limit that consoles set for a call.
  private static final long LIMIT_MS = 4_000;

  private Asked() {}

  /// @throws IllegalStateException when there is no answer in time, or the wait fails
  static <T> T of(CompletableFuture<T> answer) {
    try {
      return answer.get(LIMIT_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new IllegalStateException(
          "no answer of a majority within " + LIMIT_MS + " ms; it may still take effect");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(
          "it is not known whether it took effect: " + cause.getMessage(), cause);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted");
    }
  }

  /// @throws IllegalStateException unless it took effect
  static void done(CompletableFuture<String> refusal) {
    String why = of(refusal);
    if (!why.isEmpty()) {
      throw new IllegalStateException(why);
    }
  }
}
