package org.relevo.proxy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.fanout.ReplicaSet;

/// Holds the transactions that write on every server: the sessions that replicate statements have
/// no place at the gate of the event loops. While it is held, all servers have the same commits.
///
/// Owner: thread-safe; each hold has a virtual thread of its own, which opens it again.
final class ReplicaGate implements TrafficGate {
  private final ReplicaSet replicas;
  private @Nullable Hold hold;

  ReplicaGate(ReplicaSet replicas) {
    this.replicas = replicas;
  }

  private static final class Hold {
    final String id;
    final long closedAtEpochMs = System.currentTimeMillis();
    final long atMostMs;
    final CompletableFuture<State> settled = new CompletableFuture<>();
    final CompletableFuture<Void> over = new CompletableFuture<>();
    @Nullable Thread keeper;

    Hold(String id, Duration atMost) {
      this.id = id;
      this.atMostMs = atMost.toMillis();
    }
  }

  @Override
  public synchronized State state() {
    Hold now = hold;
    return now == null
        ? new State(Optional.empty(), 0, 0, 0, replicas.writing())
        : new State(
            Optional.of(now.id),
            now.closedAtEpochMs,
            now.closedAtEpochMs + now.atMostMs,
            0,
            replicas.writing());
  }

  @Override
  public synchronized CompletionStage<State> hold(String operationId, Duration atMost) {
    Hold before = hold;
    if (before != null) {
      if (before.id.equals(operationId)) {
        return before.settled;
      }
      throw new IllegalStateException("writes are held by operation " + before.id);
    }
    Hold begun = new Hold(operationId, atMost);
    hold = begun;
    begun.keeper = Thread.ofVirtual().name("hold-" + operationId).start(() -> keep(begun));
    return begun.settled;
  }

  private void keep(Hold mine) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(mine.atMostMs);
    boolean held = false;
    try {
      held = replicas.holdWrites(Duration.ofMillis(mine.atMostMs));
      if (held) {
        mine.settled.complete(state());
        long left = deadline - System.nanoTime();
        var _ = mine.over.completeOnTimeout(null, left, TimeUnit.NANOSECONDS);
        mine.over.join();
      }
    } catch (InterruptedException _) {
      // Given up while transactions were still ending.
    } finally {
      opened(mine);
      if (held) {
        replicas.releaseWrites();
      }
      boolean _ =
          mine.settled.completeExceptionally(
              new IllegalStateException("the gate opened before all transactions had ended"));
    }
  }

  private synchronized void opened(Hold mine) {
    if (mine.equals(hold)) {
      hold = null;
    }
  }

  @Override
  public void release(String operationId) {
    Hold mine;
    synchronized (this) {
      mine = hold;
      if (mine == null || !mine.id.equals(operationId)) {
        return;
      }
      hold = null;
    }
    Thread keeper = mine.keeper;
    if (!mine.settled.isDone() && keeper != null) {
      keeper.interrupt();
    }
    boolean _ = mine.over.complete(null);
  }

  @Override
  public CompletionStage<Integer> prepareMove(String operationId) {
    return CompletableFuture.failedFuture(moved());
  }

  @Override
  public CompletionStage<MoveReport> moveTo(String operationId, BackendId primary) {
    return CompletableFuture.failedFuture(moved());
  }

  private static IllegalStateException moved() {
    return new IllegalStateException("sessions on every server have nowhere to be moved to");
  }
}
