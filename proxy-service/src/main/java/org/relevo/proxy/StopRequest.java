package org.relevo.proxy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns SIGTERM and SIGINT into an orderly end by the main thread with an exit code of our own;
/// the Java runtime alone would report 128 plus the signal's number.
///
/// ```text
/// signal → hook: asked ──► main thread closes everything ──► done(code) ──► hook: halt(code)
/// ```
///
/// Owner: the main thread; the shutdown hook only waits.
final class StopRequest {
  private static final Logger LOG = LoggerFactory.getLogger(StopRequest.class);
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int EXIT_NOT_IN_ORDER = 12;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile int exitCode = EXIT_NOT_IN_ORDER;

  private StopRequest() {}

  static StopRequest onSignals() {
    StopRequest request = new StopRequest();
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("relevo-stop").unstarted(request::awaitEnd));
    return request;
  }

  void await() throws InterruptedException {
    asked.await();
  }

  /// Everything is closed; the process may end.
  void done(int code) {
    exitCode = code;
    done.countDown();
  }

  private void awaitEnd() {
    asked.countDown();
    boolean inOrder = false;
    try {
      inOrder = done.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (!inOrder) {
      LOG.error("service.stop-late limitMs={}", LIMIT.toMillis());
    }
    // The only way to set the exit code after a signal; all our parts are closed by now.
    Runtime.getRuntime().halt(exitCode);
  }
}
