package org.relevo.proxy.mbean;

import java.util.List;
import java.util.function.Supplier;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import org.relevo.jmx.contract.ClusterMXBean;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.EventRecord;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.coordinator.CoordinatorSettings;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.TrafficGate;

/// The whole cluster, and a notification for every event.
///
/// Owner: none; notifications are sent on the thread that records the event.
final class ClusterBean extends NotificationBroadcasterSupport implements ClusterMXBean {
  private final Coordinator coordinator;
  private final Supplier<String> runningOperation;
  private final TrafficGate gate;
  private final Supplier<String> caller;

  /// @param runningOperation its id, "" for none
  ClusterBean(
      Coordinator coordinator,
      Supplier<String> runningOperation,
      TrafficGate gate,
      Supplier<String> caller) {
    super(
        new MBeanNotificationInfo(
            new String[] {ObjectNames.DOMAIN + ".*"},
            Notification.class.getName(),
            "an event of the cluster, see eventsSince"));
    this.coordinator = coordinator;
    this.runningOperation = runningOperation;
    this.gate = gate;
    this.caller = caller;
    coordinator.journal().listen(this::send);
  }

  @Override
  public ClusterStatus getStatus() {
    CoordinatorSettings settings = coordinator.settings();
    ClusterView view = coordinator.views().current();
    return new ClusterStatus(
        settings.clusterName(),
        settings.proxyId(),
        settings.version(),
        settings.mode(),
        view.epoch(),
        view.primary().map(BackendId::value).orElse(-1),
        gate.state().holder().isPresent(),
        runningOperation.get(),
        coordinator.startedAtEpochMs(),
        view.nodes().stream().mapToLong(node -> node.sampledAtEpochMs()).max().orElse(-1));
  }

  @Override
  public List<NodeInfo> getNodes() {
    ClusterView view = coordinator.views().current();
    return view.nodes().stream().map(node -> NodeInfos.info(coordinator, view, node)).toList();
  }

  @Override
  public String getCaller() {
    return caller.get();
  }

  @Override
  public List<EventRecord> eventsSince(long sequence) {
    return coordinator.journal().since(sequence);
  }

  private void send(EventRecord event) {
    sendNotification(
        new Notification(
            ObjectNames.DOMAIN + "." + event.name(),
            ObjectNames.CLUSTER,
            event.sequence(),
            event.atEpochMs(),
            event.text()));
  }
}
