package org.relevo.proxy.mbean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate.State;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.FakeGate;

class RemoteGateTest {
  private final FakeGate far = new FakeGate();
  private final RemoteGate gate = new RemoteGate("proxy1", new GateBean(far));

  @Test
  void itHoldsUntilTheOtherServiceIsDrainedAndMovesItsSessions() throws Exception {
    far.neverDrains = true;
    CompletableFuture<State> held = gate.hold("op", Duration.ofSeconds(10)).toCompletableFuture();
    Await.until(() -> "not held", () -> gate.state().holder().isPresent());
    assertThat(held).isNotDone();
    far.neverDrains = false;
    assertThat(held.get(5, TimeUnit.SECONDS).atBoundary()).isEqualTo(3);
    assertThat(gate.prepareMove("op").toCompletableFuture().get(5, TimeUnit.SECONDS)).isEqualTo(1);
    gate.moveTo("op", new BackendId(1)).toCompletableFuture().get(5, TimeUnit.SECONDS);
    assertThat(far.takeCalls()).containsExactly("hold", "prepareMove", "moveTo node1");
    assertThat(gate.state().holder()).isEmpty();
  }

  @Test
  void aGateThatOpensBeforeItIsDrainedFailsTheHold() {
    far.neverDrains = true;
    CompletableFuture<State> held = gate.hold("op", Duration.ofSeconds(10)).toCompletableFuture();
    Await.until(() -> "not held", () -> gate.state().holder().isPresent());
    gate.release("op");
    assertThatThrownBy(() -> held.get(5, TimeUnit.SECONDS)).hasMessageContaining("proxy1 opened");
  }
}
