package org.relevo.proxy.fanout;

import org.jspecify.annotations.Nullable;

/// Keeps an orderly stop from cutting what has to be done on all nodes or on none: meanwhile the
/// session's thread is not interrupted, and nothing of the kind begins once a stop was asked for.
///
/// Owner: thread-safe; [#begins] and [#ends] are for the session's thread.
final class StopSwitch {
  private boolean whole;
  private @Nullable Thread asked;

  /// Stops the session's thread as soon as it may be stopped.
  synchronized void ask(Thread session) {
    asked = session;
    if (!whole) {
      session.interrupt();
    }
  }

  /// @throws InterruptedException when a stop was asked for: nothing has begun
  synchronized void begins() throws InterruptedException {
    if (asked != null) {
      throw new InterruptedException("stopping");
    }
    whole = true;
  }

  synchronized void ends() {
    whole = false;
    Thread session = asked;
    if (session != null) {
      session.interrupt();
    }
  }
}
