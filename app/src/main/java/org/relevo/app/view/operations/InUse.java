package org.relevo.app.view.operations;

import java.util.Set;
import java.util.stream.Collectors;
import org.relevo.app.remote.Presence;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.jmx.contract.ControlNode;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeStatus;

/// Which nodes are used: they answer, and nobody has taken them out. Where members control the
/// servers, what a node is to be counts, whatever state it is in. Blocks when made.
///
/// Owner: any thread; immutable.
final class InUse {
  private final Set<Integer> takenOut;

  private InUse(Set<Integer> takenOut) {
    this.takenOut = takenOut;
  }

  static InUse of(ServiceConnection service) {
    return new InUse(
        Presence.of(() -> service.control().getStatus())
            .map(status ->
                status.nodes().stream()
                    .filter(InUse::out)
                    .map(ControlNode::nodeId)
                    .collect(Collectors.toUnmodifiableSet()))
            .orElse(Set.of()));
  }

  private static boolean out(ControlNode node) {
    return node.goal().equals("detached") || node.goal().equals("maintenance");
  }

  boolean takenOut(NodeInfo node) {
    return node.status() == NodeStatus.DETACHED || takenOut.contains(node.id());
  }

  boolean used(NodeInfo node) {
    return node.status() == NodeStatus.UP && !takenOut(node);
  }
}
