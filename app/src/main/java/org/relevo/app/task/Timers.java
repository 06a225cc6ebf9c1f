package org.relevo.app.task;

import java.time.Duration;

/// Calls something later. Tests advance their own by hand.
public interface Timers extends AutoCloseable {
  /// @return cancels the call when it has not happened yet
  Cancel after(Duration delay, Runnable call);

  @Override
  void close();

  /// Takes back what was asked for. Calling it twice does nothing.
  @FunctionalInterface
  interface Cancel {
    void cancel();
  }
}
