package org.relevo.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.testkit.FakeGate;

class CombinedGateTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String OPERATION = "c-1";

  @TempDir Path folder;

  private final FakeGate own = new FakeGate();
  private final FakeGate peer = new FakeGate();
  private final CombinedGate gate = new CombinedGate(own, List.of(peer));

  @Test
  void itIsHeldWhenAllAreAndCountsTheSessionsOfAll() {
    TrafficGate.State state = gate.hold(OPERATION, LONG).toCompletableFuture().join();
    assertThat(state.holder()).contains(OPERATION);
    assertThat(state.atBoundary()).isEqualTo(6);
    assertThat(own.calls).containsExactly("hold");
    assertThat(peer.calls).containsExactly("hold");
  }

  @Test
  void holdingWaitsForTheSlowestService() {
    peer.neverDrains = true;
    assertThat(gate.hold(OPERATION, LONG).toCompletableFuture()).isNotDone();
  }

  @Test
  void whenOneServiceCannotBeHeldAllAreOpenedAgain() {
    peer.hold("another", LONG);
    CompletableFuture<TrafficGate.State> held = gate.hold(OPERATION, LONG).toCompletableFuture();
    assertThatThrownBy(held::join)
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("held by another");
    assertThat(own.calls).containsExactly("hold", "release");
    assertThat(peer.state().holder()).contains("another");
  }

  @Test
  void whenItsOwnServiceCannotBeHeldTheOthersAreOpenedAgain() {
    own.hold("another", LONG);
    assertThat(gate.hold(OPERATION, LONG).toCompletableFuture()).isCompletedExceptionally();
    assertThat(peer.state().holder()).isEqualTo(Optional.empty());
  }

  @Test
  void aFailureThatComesLaterOpensAllToo() {
    CompletableFuture<TrafficGate.State> answer = new CompletableFuture<>();
    CombinedGate late = new CombinedGate(own, List.of(new Answering(answer)));
    CompletableFuture<TrafficGate.State> held = late.hold(OPERATION, LONG).toCompletableFuture();
    assertThat(own.calls).containsExactly("hold");
    answer.completeExceptionally(new IllegalStateException("deadline"));
    assertThat(held).isCompletedExceptionally();
    assertThat(own.calls).containsExactly("hold", "release");
  }

  @Test
  void preparationAndMoveAddUp() {
    gate.hold(OPERATION, LONG).toCompletableFuture().join();
    assertThat(gate.prepareMove(OPERATION).toCompletableFuture().join()).isEqualTo(2);
    TrafficGate.MoveReport moved =
        gate.moveTo(OPERATION, new BackendId(1)).toCompletableFuture().join();
    assertThat(moved).isEqualTo(new TrafficGate.MoveReport(4, 2));
    assertThat(peer.calls).containsExactly("hold", "prepareMove", "moveTo node1");
  }

  @Test
  void itsStateIsThatOfItsOwnService() {
    peer.hold("another", LONG);
    assertThat(gate.state().holder()).isEmpty();
  }

  @Test
  void aServiceThatNeverStartedMakesItsCallsFail() {
    try (PeerGate absent = new PeerGate(folder.resolve("credentials.json"))) {
      CompletableFuture<TrafficGate.State> held =
          absent.hold(OPERATION, LONG).toCompletableFuture();
      assertThatThrownBy(held::join).hasMessageContaining("has the service been started");
      assertThatThrownBy(absent::state).isInstanceOf(IllegalStateException.class);
    }
  }

  /// Answers a hold when told to.
  private record Answering(CompletableFuture<State> answer) implements TrafficGate {
    @Override
    public State state() {
      return new State(Optional.empty(), -1, -1, 0, 0);
    }

    @Override
    public CompletionStage<State> hold(String operationId, Duration atMost) {
      return answer;
    }

    @Override
    public CompletionStage<Integer> prepareMove(String operationId) {
      return CompletableFuture.completedFuture(0);
    }

    @Override
    public CompletionStage<MoveReport> moveTo(String operationId, BackendId primary) {
      return CompletableFuture.completedFuture(new MoveReport(0, 0));
    }

    @Override
    public void release(String operationId) {
      // it never was held
    }
  }
}
