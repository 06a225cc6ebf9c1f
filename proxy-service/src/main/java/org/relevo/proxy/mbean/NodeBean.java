package org.relevo.proxy.mbean;

import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeMXBean;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;

/// One server. Owner: none.
final class NodeBean implements NodeMXBean {
  private final Coordinator coordinator;
  private final BackendId id;

  NodeBean(Coordinator coordinator, BackendId id) {
    this.coordinator = coordinator;
    this.id = id;
  }

  @Override
  public NodeInfo getInfo() {
    ClusterView view = coordinator.views().current();
    return NodeInfos.info(coordinator, view, view.node(id).orElseThrow());
  }
}
