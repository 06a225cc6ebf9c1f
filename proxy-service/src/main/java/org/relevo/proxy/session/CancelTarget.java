package org.relevo.proxy.session;

import io.netty.channel.EventLoop;

/// A client without a [Session] whose cancel requests are served by itself.
public interface CancelTarget {
  EventLoop loop();

  /// On the loop.
  void cancel();
}
