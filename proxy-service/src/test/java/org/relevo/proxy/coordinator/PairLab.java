package org.relevo.proxy.coordinator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.health.HealthSettings;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.FakeGate;
import org.relevo.proxy.testkit.LabServer;

/// A primary (node0), its standby (node1) and coordinators over them.
final class PairLab implements AutoCloseable {
  static final BackendId NODE0 = new BackendId(0);
  static final BackendId NODE1 = new BackendId(1);

  final FakeGate gate = new FakeGate();
  final LabServer server0;
  final LabServer server1;
  private final Path folder;

  PairLab(Path folder) throws IOException {
    this.folder = folder;
    server0 = LabServer.primary(folder, "pg0", Map.of());
    server1 = LabServer.standby(folder, "pg1", server0);
  }

  Path state() {
    return folder.resolve("state");
  }

  Coordinator coordinator(boolean slots) throws IOException {
    SwitchoverSettings limits =
        new SwitchoverSettings(
            Duration.ofSeconds(30),
            Duration.ofMillis(500),
            Duration.ofMillis(700),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            slots);
    return new Coordinator(
        new CoordinatorSettings(
            "lab",
            "proxy0",
            "test",
            "streaming_replication",
            List.of(node(NODE0, server0), node(NODE1, server1)),
            new HealthSettings(
                Duration.ofMillis(100), Duration.ofMillis(500), 1, Duration.ofMillis(50)),
            limits,
            state(),
            Optional.of(LabServer.binaries()),
            new ReplicationLogin(LabServer.USER, () -> LabServer.PASSWORD)),
        gate,
        PeerGates.NONE,
        Clock.systemUTC());
  }

  static NodeSettings node(BackendId id, LabServer server) {
    return new NodeSettings(
        id,
        "pg" + id.value(),
        "127.0.0.1",
        server.port(),
        Optional.of(server.data()),
        Optional.of(server.log()),
        "postgres",
        LabServer.USER,
        () -> LabServer.PASSWORD);
  }

  static void awaitPrimary(Coordinator coordinator, BackendId primary) {
    Await.until(
        () -> "view is " + coordinator.views().current(),
        () -> {
          ClusterView view = coordinator.views().current();
          return view.primary().equals(Optional.of(primary))
              && view.nodes().stream().allMatch(NodeView::usable)
              && view.nodes().stream()
                  .filter(node -> !node.id().equals(primary))
                  .allMatch(node ->
                      node.role() == NodeView.Role.STANDBY
                          && coordinator.lastAnswer(node.id()).orElseThrow().streaming());
        });
  }

  static OperationStatus switchOver(Coordinator coordinator, BackendId target) {
    SwitchoverPlan plan = coordinator.operations().plan(target.value(), "test");
    String id = coordinator.operations().start(plan.id(), plan.hash(), "tester (OPERATOR)");
    return awaitEnd(coordinator, id);
  }

  static OperationStatus awaitEnd(Coordinator coordinator, String id) {
    Await.until(
        Duration.ofSeconds(60),
        () -> coordinator.operations().operation(id).toString(),
        () ->
            coordinator.operations().operation(id).state() != OperationState.RUNNING
                && coordinator.operations().runningId().isEmpty());
    return coordinator.operations().operation(id);
  }

  @Override
  public void close() throws IOException {
    server0.close();
    server1.close();
  }
}
