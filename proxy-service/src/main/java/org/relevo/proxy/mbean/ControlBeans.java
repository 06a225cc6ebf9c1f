package org.relevo.proxy.mbean;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.ObjectName;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.health.NodeSettings;

/// The package's door: all beans of the control side by their names, ready to be registered.
public final class ControlBeans {
  private ControlBeans() {}

  /// @param caller who is calling now, such as `admin (ADMIN)`
  /// @return Cluster, Failover, Gate and one Node for each server
  public static Map<ObjectName, Object> of(
      Coordinator coordinator, TrafficGate gate, Supplier<String> caller) {
    Map<ObjectName, Object> beans = new LinkedHashMap<>();
    beans.put(ObjectNames.CLUSTER, new ClusterBean(coordinator, gate, caller));
    beans.put(ObjectNames.FAILOVER, new FailoverBean(coordinator.operations(), caller));
    beans.put(ObjectNames.GATE, new GateBean(gate));
    for (NodeSettings node : coordinator.settings().nodes()) {
      beans.put(ObjectNames.node(node.id().value()), new NodeBean(coordinator, node.id()));
    }
    return beans;
  }
}
