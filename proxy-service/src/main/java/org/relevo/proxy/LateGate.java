package org.relevo.proxy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;

/// Stands for the data plane's gate until there is one: the control side is made first, because the
/// data plane needs its cluster view.
///
/// Owner: the wiring sets it once; before that nothing can be held.
final class LateGate implements TrafficGate {
  private static final State OPEN = new State(Optional.empty(), -1, -1, 0, 0);

  private volatile @Nullable TrafficGate gate;

  void set(TrafficGate made) {
    gate = made;
  }

  @Override
  public State state() {
    TrafficGate now = gate;
    return now == null ? OPEN : now.state();
  }

  @Override
  public CompletionStage<State> hold(String operationId, Duration atMost) {
    TrafficGate now = gate;
    return now == null ? starting() : now.hold(operationId, atMost);
  }

  @Override
  public CompletionStage<Integer> prepareMove(String operationId) {
    TrafficGate now = gate;
    return now == null ? starting() : now.prepareMove(operationId);
  }

  @Override
  public CompletionStage<MoveReport> moveTo(String operationId, BackendId primary) {
    TrafficGate now = gate;
    return now == null ? starting() : now.moveTo(operationId, primary);
  }

  @Override
  public void release(String operationId) {
    TrafficGate now = gate;
    if (now != null) {
      now.release(operationId);
    }
  }

  private static <T> CompletionStage<T> starting() {
    return CompletableFuture.failedFuture(new IllegalStateException("the service is starting"));
  }
}
