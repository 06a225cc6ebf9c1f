package org.relevo.proxy.consistency;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;

/// A real gate for writers in this process: they ask before each transaction and say when it ended.
final class WriterGate implements TrafficGate {
  private Optional<String> holder = Optional.empty();
  private long opensAt;
  private int inTransaction;
  private CompletableFuture<State> drained = new CompletableFuture<>();
  private int holds;

  /// Waits while the gate is closed.
  synchronized void begin() throws InterruptedException {
    while (holder.isPresent()) {
      long left = opensAt - System.currentTimeMillis();
      if (left <= 0) {
        open();
      } else {
        wait(left);
      }
    }
    inTransaction++;
  }

  synchronized void end() {
    inTransaction--;
    completeWhenDrained();
  }

  synchronized int holds() {
    return holds;
  }

  /// What happens when the closing service dies and the limit passes.
  synchronized void open() {
    holder = Optional.empty();
    drained.completeExceptionally(new IllegalStateException("opened"));
    notifyAll();
  }

  @Override
  public synchronized State state() {
    return new State(holder, 0, opensAt, 0, inTransaction);
  }

  @Override
  public synchronized CompletionStage<State> hold(String operationId, Duration atMost) {
    if (holder.isPresent()) {
      throw new IllegalStateException("held by " + holder.get());
    }
    holds++;
    holder = Optional.of(operationId);
    opensAt = System.currentTimeMillis() + atMost.toMillis();
    drained = new CompletableFuture<>();
    completeWhenDrained();
    return drained;
  }

  @Override
  public synchronized void release(String operationId) {
    if (holder.filter(operationId::equals).isPresent()) {
      open();
    }
  }

  @Override
  public CompletionStage<Integer> prepareMove(String operationId) {
    throw new UnsupportedOperationException("a comparison moves nobody");
  }

  @Override
  public CompletionStage<MoveReport> moveTo(String operationId, BackendId primary) {
    throw new UnsupportedOperationException("a comparison moves nobody");
  }

  private void completeWhenDrained() {
    if (holder.isPresent() && inTransaction == 0) {
      drained.complete(state());
    }
  }
}
