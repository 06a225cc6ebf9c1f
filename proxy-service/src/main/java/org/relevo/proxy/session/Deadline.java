package org.relevo.proxy.session;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// At most one action that will run unless what it waits for comes first.
///
/// Owner: the given event loop.
final class Deadline {
  private final EventLoop loop;
  private @Nullable ScheduledFuture<?> scheduled;

  Deadline(EventLoop loop) {
    this.loop = loop;
  }

  /// Whether it was started and not stopped since, be it past or not.
  boolean running() {
    return scheduled != null;
  }

  /// Replaces what was to happen before.
  void start(long ms, Runnable action) {
    stop();
    scheduled = loop.schedule(action, ms, TimeUnit.MILLISECONDS);
  }

  void stop() {
    if (scheduled != null) {
      scheduled.cancel(false);
      scheduled = null;
    }
  }
}
