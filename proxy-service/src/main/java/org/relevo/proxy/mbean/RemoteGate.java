package org.relevo.proxy.mbean;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.relevo.jmx.contract.GateMXBean;
import org.relevo.jmx.contract.GateStatus;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;

/// The gate of another service, reached over JMX. Calls that complete later run on virtual threads;
/// [#state] and [#release] wait for the other service, whose connection has its own deadline.
///
/// Owner: none, no state of its own.
public final class RemoteGate implements TrafficGate {
  private static final long POLL_NS = 5_000_000;

  private final String proxyId;
  private final GateMXBean gate;

  public RemoteGate(String proxyId, GateMXBean gate) {
    this.proxyId = proxyId;
    this.gate = gate;
  }

  @Override
  public State state() {
    return state(gate.getStatus());
  }

  @Override
  public CompletionStage<State> hold(String operationId, Duration atMost) {
    return later("hold", () -> holdUntilDrained(operationId, atMost));
  }

  @Override
  public CompletionStage<Integer> prepareMove(String operationId) {
    return later("prepare-move", () -> gate.prepareMove(operationId));
  }

  /// The contract's release tells no numbers; the other service logs its own.
  @Override
  public CompletionStage<MoveReport> moveTo(String operationId, BackendId primary) {
    return later(
        "move",
        () -> {
          gate.release(operationId, primary.value());
          return new MoveReport(0, 0);
        });
  }

  @Override
  public void release(String operationId) {
    gate.release(operationId, -1);
  }

  private State holdUntilDrained(String operationId, Duration atMost) {
    gate.hold(operationId, atMost.toMillis());
    long deadlineNs = System.nanoTime() + atMost.toNanos();
    while (true) {
      GateStatus status = gate.getStatus();
      if (!status.holder().equals(operationId) || System.nanoTime() > deadlineNs) {
        throw new IllegalStateException("the gate of " + proxyId + " opened before it was drained");
      }
      if (status.inTransaction() == 0) {
        return state(status);
      }
      LockSupport.parkNanos(POLL_NS);
    }
  }

  private <T> CompletionStage<T> later(String what, Callable<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("gate-" + proxyId + "-" + what)
        .start(() -> {
          try {
            result.complete(call.call());
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private static State state(GateStatus status) {
    return new State(
        Optional.of(status.holder()).filter(holder -> !holder.isEmpty()),
        status.closedAtEpochMs(),
        status.opensAtLatestEpochMs(),
        status.atBoundary(),
        status.inTransaction());
  }
}
