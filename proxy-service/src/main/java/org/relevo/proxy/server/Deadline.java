package org.relevo.proxy.server;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// At most one action that will run unless what it waits for comes first.
///
/// Owner: the given event loop.
public final class Deadline {
  private final EventLoop loop;
  private @Nullable ScheduledFuture<?> scheduled;

  public Deadline(EventLoop loop) {
    this.loop = loop;
  }

  /// Whether it was started and not stopped since, be it past or not.
  public boolean running() {
    return scheduled != null;
  }

  /// Replaces what was to happen before.
  public void start(long ms, Runnable action) {
    stop();
    scheduled = loop.schedule(action, ms, TimeUnit.MILLISECONDS);
  }

  public void stop() {
    if (scheduled != null) {
      scheduled.cancel(false);
      scheduled = null;
    }
  }
}
