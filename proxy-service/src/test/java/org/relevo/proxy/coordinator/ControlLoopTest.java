package org.relevo.proxy.coordinator;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.failover.NodeObservation;
import org.relevo.proxy.failover.NodeSpec;
import org.relevo.proxy.testkit.Await;

class ControlLoopTest {
  @Test
  void whoIsDetachedIsSeenBehindAFullQueue() {
    BackendId node = new BackendId(0);
    Clock clock = Clock.systemUTC();
    try (ControlLoop loop =
        new ControlLoop(
            List.of(new NodeSpec(node, "a", "127.0.0.1", 1)), new EventJournal(clock), clock)) {
      loop.detached(Map.of());
      for (int i = 0; i < 2_000; i++) {
        loop.observe(
            new NodeObservation(node, 1_000 + i, new NodeObservation.Silent(1, false, "late")));
      }
      loop.detached(Map.of(node, "has missed a commit"));
      loop.start();
      Await.until(
          () -> loop.current().toString(),
          () ->
              loop.current().node(node).map(NodeView::status).orElseThrow()
                  == NodeView.Status.DETACHED);
    }
  }
}
