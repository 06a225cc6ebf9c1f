package org.relevo.proxy.coordinator;

import java.util.concurrent.atomic.AtomicReference;

/// Decides the race between somebody's wish to abort and the point of no return: one of them wins.
///
/// Owner: none, one atomic field.
final class AbortSwitch {
  private enum State {
    OPEN,
    ABORT_ASKED,
    COMMITTED
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

  /// @return false when it is too late
  boolean ask() {
    return state.compareAndSet(State.OPEN, State.ABORT_ASKED) || state.get() == State.ABORT_ASKED;
  }

  /// Passes the point of no return.
  void commit() throws OperationFailure {
    if (!state.compareAndSet(State.OPEN, State.COMMITTED)) {
      throw new OperationFailure("abort was asked for");
    }
  }

  void check() throws OperationFailure {
    if (state.get() == State.ABORT_ASKED) {
      throw new OperationFailure("abort was asked for");
    }
  }
}
