package org.relevo.proxy.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.coordinator.PairLab.NODE0;
import static org.relevo.proxy.coordinator.PairLab.NODE1;
import static org.relevo.proxy.coordinator.PairLab.awaitPrimary;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.core.NodeView.Status;
import org.relevo.proxy.testkit.Await;

class ClusterViewIT {
  @TempDir Path folder;

  @Test
  void twoWritableNodesMeanNoPrimaryUntilOneIsGoneAndItsReturnIsQuarantined() throws Exception {
    try (PairLab lab = new PairLab(folder);
        Coordinator coordinator = lab.coordinator(false)) {
      coordinator.start();
      awaitPrimary(coordinator, NODE0);
      AtomicLong lastEpoch = new AtomicLong();
      coordinator
          .views()
          .listen(view -> {
            assertThat(view.epoch()).isGreaterThanOrEqualTo(lastEpoch.get());
            lastEpoch.set(view.epoch());
          });

      lab.server1.execute("SELECT pg_promote(true, 30)");
      awaitView(
          coordinator,
          view ->
              view.primary().isEmpty()
                  && view.primaryReason().contains("take writes at the same time"));

      long killedNs = System.nanoTime();
      lab.server0.signal("KILL");
      awaitView(coordinator, view -> view.primary().equals(Optional.of(NODE1)));
      assertThat((System.nanoTime() - killedNs) / 1_000_000).isLessThan(10_000);
      assertThat(node0(coordinator)).isEqualTo(Status.DOWN);

      Await.until(
          () -> "the killed process is still there",
          () -> lab.server0.control().postmasterPid().isEmpty());
      lab.server0.start();
      awaitView(coordinator, _ -> node0(coordinator) == Status.QUARANTINED);
      assertThat(coordinator.views().current().primary()).contains(NODE1);
      assertThat(coordinator.views().current().node(NODE0).orElseThrow().role())
          .isEqualTo(Role.PRIMARY);
      assertThat(coordinator.journal().since(0))
          .filteredOn(event -> event.name().startsWith("cluster."))
          .allSatisfy(event -> assertThat(event.text()).matches("row=[NP]-\\d+ epoch=\\d+ .*"));
    }
  }

  private static Status node0(Coordinator coordinator) {
    return coordinator.views().current().node(NODE0).orElseThrow().status();
  }

  private static void awaitView(
      Coordinator coordinator, java.util.function.Predicate<ClusterView> condition) {
    Await.until(
        () -> coordinator.views().current().toString(),
        () -> condition.test(coordinator.views().current()));
  }
}
