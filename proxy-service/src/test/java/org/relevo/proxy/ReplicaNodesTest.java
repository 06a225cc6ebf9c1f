package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.fanout.ReplicaSet;
import org.relevo.proxy.fanout.ReplicaSettings;
import org.relevo.proxy.onlinerecovery.RecoveryFailure;
import org.relevo.proxy.testkit.FixedViews;

@Timeout(30)
class ReplicaNodesTest {
  private static final BackendId FIRST = new BackendId(0);
  private static final BackendId SECOND = new BackendId(1);
  private static final BackendId THIRD = new BackendId(2);

  @TempDir Path folder;

  private final FixedViews views = new FixedViews(1, 2, 3);
  private final AtomicInteger probed = new AtomicInteger();

  private ReplicaSet replicas() throws Exception {
    return new ReplicaSet(
        folder.resolve("detached_nodes"),
        new ReplicaSettings(true, false, false, false, false, true, false, Map.of()),
        _ -> {},
        (_, _) -> {});
  }

  @Test
  void aCopyOfANodeThatWasDetachedMeanwhileIsNotAttached() throws Exception {
    ReplicaSet replicas = replicas();
    ReplicaNodes nodes = new ReplicaNodes(replicas, views, probed::incrementAndGet);
    nodes.beginRecovery(THIRD);
    nodes.checkSource(FIRST);
    assertThat(replicas.detach(FIRST, "missed a commit", views.current())).isTrue();
    assertThatThrownBy(() -> nodes.checkSource(FIRST))
        .isInstanceOf(RecoveryFailure.class)
        .hasMessageContaining("missed a commit");
    assertThat(nodes.hold("r", Duration.ofSeconds(5), Duration.ofSeconds(20))).isTrue();
    assertThatThrownBy(() -> nodes.endRecovery(THIRD, FIRST, true))
        .isInstanceOf(RecoveryFailure.class)
        .hasMessageContaining("missed a commit");
    assertThat(replicas.detached()).containsOnlyKeys(FIRST, THIRD);
    nodes.endRecovery(THIRD, SECOND, true);
    assertThat(replicas.detached()).containsOnlyKeys(FIRST);
    assertThat(probed).hasValue(1);
    nodes.release("r");
  }

  @Test
  void theMainNodeIsOneThatTakesPartWhateverThePictureSays() throws Exception {
    ReplicaSet replicas = replicas();
    ReplicaNodes nodes = new ReplicaNodes(replicas, views, probed::incrementAndGet);
    assertThat(nodes.main()).contains(FIRST);
    assertThat(replicas.detach(FIRST, "missed a commit", views.current())).isTrue();
    assertThat(views.current().primary()).contains(FIRST);
    assertThat(nodes.main()).contains(SECOND);
  }
}
