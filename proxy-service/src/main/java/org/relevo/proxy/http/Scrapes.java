package org.relevo.proxy.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes figures for everybody who asks: whoever comes while they are made, or just after, gets the
/// same.
///
/// Owner: guarded by this.
final class Scrapes {
  private static final long FRESH_NS = TimeUnit.MILLISECONDS.toNanos(250);

  private final Supplier<Metrics> figures;
  private @Nullable CompletableFuture<Metrics> current;
  private long madeNs;

  Scrapes(Supplier<Metrics> figures) {
    this.figures = figures;
  }

  synchronized CompletableFuture<Metrics> now() {
    CompletableFuture<Metrics> made = current;
    if (made != null && (!made.isDone() || System.nanoTime() - madeNs < FRESH_NS)) {
      return made;
    }
    CompletableFuture<Metrics> next = new CompletableFuture<>();
    current = next;
    madeNs = System.nanoTime();
    Thread.ofVirtual()
        .name("http-scrape")
        .start(() -> {
          try {
            next.complete(figures.get());
          } catch (RuntimeException e) {
            next.completeExceptionally(e);
          }
        });
    return next;
  }
}
