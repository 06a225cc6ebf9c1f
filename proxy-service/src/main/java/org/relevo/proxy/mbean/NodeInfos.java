package org.relevo.proxy.mbean;

import java.nio.file.Path;
import java.util.Optional;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.health.NodeSettings;

/// Maps the published picture to the contract's records.
final class NodeInfos {
  private NodeInfos() {}

  static NodeInfo info(Coordinator coordinator, ClusterView view, NodeView node) {
    return new NodeInfo(
        node.id().value(),
        node.name(),
        node.host(),
        node.port(),
        switch (node.role()) {
          case PRIMARY -> NodeRole.PRIMARY;
          case STANDBY -> NodeRole.STANDBY;
          case UNKNOWN -> NodeRole.UNKNOWN;
        },
        switch (node.status()) {
          case UNUSED -> NodeStatus.UNUSED;
          case UP -> NodeStatus.UP;
          case DOWN -> NodeStatus.DOWN;
          case QUARANTINED -> NodeStatus.QUARANTINED;
          case DETACHED -> NodeStatus.DETACHED;
          case RECOVERING -> NodeStatus.RECOVERING;
          case PROMOTING -> NodeStatus.PROMOTING;
          case DEMOTING -> NodeStatus.DEMOTING;
          case MAINTENANCE -> NodeStatus.MAINTENANCE;
        },
        node.reason(),
        node.sinceEpochMs(),
        node.timeline(),
        node.received().map(Lsn::toString).orElse(""),
        node.replayed().map(Lsn::toString).orElse(""),
        lagBytes(view, node),
        node.replayLagMs(),
        node.serverVersion(),
        node.systemIdentifier(),
        coordinator
            .settings()
            .node(node.id())
            .flatMap(NodeSettings::dataDirectory)
            .map(Path::toString)
            .orElse(""),
        coordinator.isLocal(node.id()),
        node.sampledAtEpochMs());
  }

  /// The samples of two nodes are not from the same moment, so a level standby may look ahead.
  private static long lagBytes(ClusterView view, NodeView node) {
    Optional<Lsn> written = view.primaryNode().flatMap(NodeView::received);
    if (written.isEmpty() || node.replayed().isEmpty() || !node.usable()) {
      return -1;
    }
    return Math.max(0, written.get().bytesAfter(node.replayed().get()));
  }
}
