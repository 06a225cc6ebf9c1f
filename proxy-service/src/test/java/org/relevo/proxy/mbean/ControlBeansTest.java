package org.relevo.proxy.mbean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.Notification;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.ClusterMXBean;
import org.relevo.jmx.contract.FailoverMXBean;
import org.relevo.jmx.contract.GateMXBean;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.coordinator.CoordinatorSettings;
import org.relevo.proxy.coordinator.PeerGates;
import org.relevo.proxy.coordinator.ReplicationLogin;
import org.relevo.proxy.coordinator.SwitchoverSettings;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.HealthSettings;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.FakeGate;

/// The beans over a cluster whose only node refuses connections.
class ControlBeansTest {
  @TempDir Path folder;
  final FakeGate gate = new FakeGate();
  final MBeanServer server = MBeanServerFactory.newMBeanServer();
  final List<Notification> notifications = new CopyOnWriteArrayList<>();
  Coordinator coordinator;

  @BeforeEach
  void start() throws Exception {
    coordinator =
        new Coordinator(
            new CoordinatorSettings(
                "lab",
                "proxy0",
                "1",
                "streaming_replication",
                List.of(
                    new NodeSettings(
                        new BackendId(0),
                        "pg0",
                        "127.0.0.1",
                        closedPort(),
                        Optional.empty(),
                        Optional.empty(),
                        "postgres",
                        "postgres",
                        () -> "x")),
                new HealthSettings(Duration.ofMillis(50), Duration.ofMillis(500), 0, Duration.ZERO),
                SwitchoverSettings.DEFAULT,
                folder,
                Optional.empty(),
                new ReplicationLogin("replicator", () -> "x")),
            gate,
            PeerGates.NONE,
            Clock.systemUTC());
    for (Map.Entry<ObjectName, Object> bean :
        ControlBeans.of(coordinator, java.util.Optional.empty(), gate, () -> "ana (OPERATOR)")
            .entrySet()) {
      server.registerMBean(bean.getValue(), bean.getKey());
    }
    server.addNotificationListener(
        ObjectNames.CLUSTER, (note, _) -> notifications.add(note), null, null);
    coordinator.start();
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  @Test
  void everyAttributeIsReadable() throws Exception {
    for (ObjectName name : server.queryNames(new ObjectName("org.relevo:*"), null)) {
      for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
        assertThat(server.getAttribute(name, attribute.getName()))
            .as(name + " " + attribute.getName())
            .isNotNull();
      }
    }
    ClusterMXBean cluster = JMX.newMXBeanProxy(server, ObjectNames.CLUSTER, ClusterMXBean.class);
    assertThat(cluster.getCaller()).isEqualTo("ana (OPERATOR)");
    assertThat(cluster.getStatus().primaryNodeId()).isEqualTo(-1);
    assertThat(cluster.getNodes().getFirst().local()).isFalse();
  }

  @Test
  void eventsAreNotificationsWithTheirSequence() {
    ClusterMXBean cluster = JMX.newMXBeanProxy(server, ObjectNames.CLUSTER, ClusterMXBean.class);
    Await.until(
        () -> notifications.toString(),
        () -> cluster.getNodes().getFirst().status() == NodeStatus.DOWN);
    Await.until(() -> "no notification", () -> !notifications.isEmpty());
    Notification first = notifications.getFirst();
    assertThat(first.getType()).isEqualTo("org.relevo.cluster.node");
    assertThat(cluster.eventsSince(first.getSequenceNumber() - 1).getFirst().text())
        .isEqualTo(first.getMessage())
        .contains("row=N-030");
  }

  @Test
  void theGateIsHeldAndReleasedWithinItsLimits() {
    GateMXBean bean = JMX.newMXBeanProxy(server, ObjectNames.GATE, GateMXBean.class);
    assertThatThrownBy(() -> bean.hold("op", 0)).hasStackTraceContaining("1 to 60000 ms");
    assertThatThrownBy(() -> bean.hold("op", 60_001)).isNotNull();
    bean.hold("op", 1000);
    assertThat(bean.getStatus().holder()).isEqualTo("op");
    assertThat(bean.prepareMove("op")).isEqualTo(1);
    assertThatThrownBy(() -> bean.hold("other", 1000)).hasStackTraceContaining("held by op");
    bean.release("op", 0);
    bean.hold("other", 1000);
    bean.release("other", -1);
    assertThat(gate.takeCalls())
        .containsExactly("hold", "prepareMove", "moveTo node0", "hold", "release");
  }

  @Test
  void aPlanWithoutPrimaryDoesNotStart() {
    FailoverMXBean bean = JMX.newMXBeanProxy(server, ObjectNames.FAILOVER, FailoverMXBean.class);
    SwitchoverPlan plan = bean.planSwitchover(-1, "test");
    assertThat(plan.startable()).isFalse();
    assertThatThrownBy(() -> bean.startSwitchover(plan.id(), plan.hash()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(bean.getCurrent().id()).isEmpty();
    assertThat(bean.getHistory()).isEmpty();
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
