package org.relevo.proxy.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;

/// A gate without sessions. Knobs: [#neverDrains], [#onHold], [#onPrepare].
public final class FakeGate implements TrafficGate {
  /// Sessions stay in their transactions for ever.
  public volatile boolean neverDrains;

  /// Runs when the gate closes.
  public volatile Runnable onHold = () -> {};

  /// Runs when sessions are looked at, which is just before the old primary stops.
  public volatile Runnable onPrepare = () -> {};

  /// Every call that changed something, in order.
  public final List<String> calls = new CopyOnWriteArrayList<>();

  private volatile Optional<String> holder = Optional.empty();

  @Override
  public State state() {
    return new State(holder, 0, 0, neverDrains ? 0 : 3, neverDrains ? 3 : 0);
  }

  @Override
  public CompletionStage<State> hold(String operationId, Duration atMost) {
    if (holder.isPresent()) {
      throw new IllegalStateException("held by " + holder.get());
    }
    holder = Optional.of(operationId);
    calls.add("hold");
    onHold.run();
    return neverDrains ? new CompletableFuture<>() : CompletableFuture.completedFuture(state());
  }

  @Override
  public CompletionStage<Integer> prepareMove(String operationId) {
    calls.add("prepareMove");
    onPrepare.run();
    return CompletableFuture.completedFuture(1);
  }

  @Override
  public CompletionStage<MoveReport> moveTo(String operationId, BackendId primary) {
    calls.add("moveTo " + primary);
    holder = Optional.empty();
    return CompletableFuture.completedFuture(new MoveReport(2, 1));
  }

  @Override
  public void release(String operationId) {
    if (holder.filter(operationId::equals).isPresent()) {
      calls.add("release");
      holder = Optional.empty();
    }
  }

  /// As new.
  public void reset() {
    neverDrains = false;
    onHold = () -> {};
    onPrepare = () -> {};
    holder = Optional.empty();
    calls.clear();
  }

  /// The calls so far, then forgets them.
  public List<String> takeCalls() {
    List<String> taken = new ArrayList<>(calls);
    calls.clear();
    return taken;
  }
}
