package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.fanout.ReplicaSet;
import org.relevo.proxy.fanout.ReplicaSettings;

/// Writers are never held longer than was asked for, whatever became of who asked.
@Timeout(120)
class ReplicaGateTest {
  private static final Duration LONG = Duration.ofSeconds(100);

  @TempDir Path folder;
  private ReplicaSet replicas;
  private ReplicaGate gate;

  @BeforeEach
  void make() throws IOException {
    ReplicaSettings settings =
        new ReplicaSettings(false, false, false, false, false, false, false, Map.of());
    replicas = new ReplicaSet(folder.resolve("detached"), settings, _ -> {}, (_, _) -> {});
    gate = new ReplicaGate(replicas);
  }

  private CompletableFuture<TrafficGate.State> hold(String operation, Duration atMost) {
    return gate.hold(operation, atMost).toCompletableFuture();
  }

  /// Succeeds when nobody holds the writers any more.
  private void assertOpens() throws InterruptedException {
    assertThat(replicas.holdWrites(LONG)).isTrue();
    replicas.releaseWrites();
  }

  @Test
  void itHoldsUntilItIsReleased() throws Exception {
    assertThat(hold("one", LONG).get(60, TimeUnit.SECONDS).holder()).contains("one");
    assertThat(replicas.holdWrites(Duration.ofMillis(1))).isFalse();
    assertThatThrownBy(() -> hold("two", LONG))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one");
    gate.release("two");
    assertThat(gate.state().holder()).contains("one");
    gate.release("one");
    assertThat(gate.state().holder()).isEmpty();
    assertOpens();
    assertThat(hold("two", LONG).get(60, TimeUnit.SECONDS).holder()).contains("two");
    gate.release("two");
  }

  @Test
  void itOpensByItselfWhenItsHolderIsGone() throws Exception {
    assertThat(hold("gone", Duration.ofMillis(300)).get(60, TimeUnit.SECONDS)).isNotNull();
    assertOpens();
    assertThat(gate.state().holder()).isEmpty();
  }

  @Test
  void aHoldThatWaitsIsGivenUpAndLeavesNothing() throws Exception {
    assertThat(replicas.holdWrites(LONG)).isTrue();
    CompletableFuture<TrafficGate.State> waiting = hold("waits", LONG);
    gate.release("waits");
    assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS))
        .hasMessageContaining("the gate opened before");
    CompletableFuture<TrafficGate.State> late = hold("late", Duration.ofMillis(50));
    assertThatThrownBy(() -> late.get(60, TimeUnit.SECONDS))
        .hasMessageContaining("the gate opened before");
    assertThat(gate.state().holder()).isEmpty();
    replicas.releaseWrites();
    assertOpens();
  }
}
