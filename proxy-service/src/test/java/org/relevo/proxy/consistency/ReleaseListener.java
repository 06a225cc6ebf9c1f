package org.relevo.proxy.consistency;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;

/// A gate that tells of each release before it happens.
class ReleaseListener implements TrafficGate {
  private final TrafficGate gate;
  private final Consumer<String> listener;

  ReleaseListener(TrafficGate gate, Consumer<String> listener) {
    this.gate = gate;
    this.listener = listener;
  }

  @Override
  public State state() {
    return gate.state();
  }

  @Override
  public CompletionStage<State> hold(String operationId, Duration atMost) {
    return gate.hold(operationId, atMost);
  }

  @Override
  public CompletionStage<Integer> prepareMove(String operationId) {
    return gate.prepareMove(operationId);
  }

  @Override
  public CompletionStage<MoveReport> moveTo(String operationId, BackendId primary) {
    return gate.moveTo(operationId, primary);
  }

  @Override
  public void release(String operationId) {
    listener.accept(operationId);
    gate.release(operationId);
  }
}
