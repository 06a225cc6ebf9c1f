package org.relevo.proxy.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;

/// The gates of all services of the cluster as one: held when all are, opened when one fails.
///
/// Owner: none; its parts guard themselves.
public final class CombinedGate implements TrafficGate {
  private final TrafficGate own;
  private final List<TrafficGate> all;

  public CombinedGate(TrafficGate own, List<? extends TrafficGate> peers) {
    this.own = own;
    List<TrafficGate> gates = new ArrayList<>(peers);
    gates.addFirst(own);
    this.all = List.copyOf(gates);
  }

  /// This service's own state; the others' are asked while holding.
  @Override
  public State state() {
    return own.state();
  }

  @Override
  public CompletionStage<State> hold(String operationId, Duration atMost) {
    return all(gate -> gate.hold(operationId, atMost), CombinedGate::sum)
        .whenComplete((_, failure) -> {
          if (failure != null) {
            release(operationId);
          }
        });
  }

  @Override
  public CompletionStage<Integer> prepareMove(String operationId) {
    return all(gate -> gate.prepareMove(operationId), Integer::sum);
  }

  @Override
  public CompletionStage<MoveReport> moveTo(String operationId, BackendId primary) {
    return all(
        gate -> gate.moveTo(operationId, primary),
        (left, right) ->
            new MoveReport(left.moved() + right.moved(), left.ended() + right.ended()));
  }

  @Override
  public void release(String operationId) {
    all.forEach(gate -> gate.release(operationId));
  }

  private static State sum(State left, State right) {
    Optional<String> holder = left.holder().isPresent() ? left.holder() : right.holder();
    return new State(
        holder,
        left.closedAtEpochMs(),
        left.opensAtLatestEpochMs(),
        left.atBoundary() + right.atBoundary(),
        left.inTransaction() + right.inTransaction());
  }

  private <T> CompletionStage<T> all(
      Function<TrafficGate, CompletionStage<T>> call, BinaryOperator<T> sum) {
    List<CompletableFuture<T>> answers = all.stream().map(gate -> asked(gate, call)).toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> answers.stream().map(CompletableFuture::join).reduce(sum).orElseThrow());
  }

  /// A gate that refuses at once counts as one that answers with its refusal: the others were asked
  /// already and are opened again.
  private static <T> CompletableFuture<T> asked(
      TrafficGate gate, Function<TrafficGate, CompletionStage<T>> call) {
    try {
      return call.apply(gate).toCompletableFuture();
    } catch (IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
