package org.relevo.proxy.alerts;

import java.util.List;
import java.util.Optional;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.PoolInfo;

/// What rules look at.
///
/// @param primaryNodeId -1 for none
/// @param control empty for a service that controls no servers
public record Situation(
    long nowEpochMs,
    int primaryNodeId,
    boolean trafficHeld,
    List<NodeInfo> nodes,
    PoolInfo pool,
    Optional<ControlStatus> control) {
  public Situation {
    nodes = List.copyOf(nodes);
  }

  boolean maintenance() {
    return control.filter(ControlStatus::paused).isPresent();
  }
}
