package org.relevo.proxy.mbean;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.management.ObjectName;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.member.ClusterMember;

/// The package's door: all beans of the control side by their names, ready to be registered.
public final class ControlBeans {
  private ControlBeans() {}

  /// The servers as consoles see them now.
  public static List<NodeInfo> nodes(Coordinator coordinator) {
    ClusterView view = coordinator.views().current();
    return view.nodes().stream().map(node -> NodeInfos.info(coordinator, view, node)).toList();
  }

  /// @param member present when the members of a cluster decide
  /// @param caller who is calling now, such as `admin (ADMIN)`
  /// @return Cluster, Failover, Gate and one Node for each server, Control with a member
  public static Map<ObjectName, Object> of(
      Coordinator coordinator,
      Optional<ClusterMember> member,
      TrafficGate gate,
      Supplier<String> caller) {
    Map<ObjectName, Object> beans = new LinkedHashMap<>();
    if (member.isPresent()) {
      AgreedFailoverBean failover =
          new AgreedFailoverBean(coordinator.settings().clusterName(), member.get(), caller);
      beans.put(
          ObjectNames.CLUSTER, new ClusterBean(coordinator, failover::runningId, gate, caller));
      beans.put(ObjectNames.FAILOVER, failover);
      beans.put(
          ObjectNames.CONTROL, new ControlBean(member.get(), member.get().schedule(), caller));
    } else {
      beans.put(
          ObjectNames.CLUSTER,
          new ClusterBean(coordinator, coordinator.operations()::runningId, gate, caller));
      beans.put(ObjectNames.FAILOVER, new FailoverBean(coordinator.operations(), caller));
    }
    beans.put(ObjectNames.GATE, new GateBean(gate));
    for (NodeSettings node : coordinator.settings().nodes()) {
      beans.put(ObjectNames.node(node.id().value()), new NodeBean(coordinator, node.id()));
    }
    return beans;
  }
}
