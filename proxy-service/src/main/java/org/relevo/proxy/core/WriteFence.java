package org.relevo.proxy.core;

/// Until when this service may pass something to the primary, and what the primary says to clients.
/// Asked with each read of a socket, so that a service that was frozen finds out before it passes
/// anything on; without a quorum it costs one read of a field.
///
/// Owner: thread-safe; one thread sets it.
public final class WriteFence {
  private static final long OPEN = Long.MIN_VALUE;
  private volatile long deadlineNs = OPEN;

  /// @param deadline of [System#nanoTime]; nothing is passed on from then on
  public void until(long deadline) {
    deadlineNs = deadline == OPEN ? OPEN + 1 : deadline;
  }

  /// Whether the members of a cluster decide who is the primary, so that a lost one is replaced.
  public boolean inUse() {
    return deadlineNs != OPEN;
  }

  /// Whether nothing may be passed on.
  public boolean closed() {
    long deadline = deadlineNs;
    return deadline != OPEN && System.nanoTime() - deadline >= 0;
  }
}
