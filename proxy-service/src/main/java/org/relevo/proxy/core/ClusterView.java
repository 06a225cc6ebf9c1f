package org.relevo.proxy.core;

import java.util.List;
import java.util.Optional;

/// All that the data plane needs to know of the cluster: an immutable picture, replaced as a whole
/// and published through one volatile field.
///
/// @param epoch grows by one when a role, a status or the primary changes, not with positions alone
/// @param primary the only node that may be given writes; empty while that is not certain (none
///   seen, more than one seen, or a role change under way)
/// @param primaryReason why there is no primary, "" when there is one
public record ClusterView(
    long epoch, List<NodeView> nodes, Optional<BackendId> primary, String primaryReason) {
  public ClusterView {
    nodes = List.copyOf(nodes);
  }

  public Optional<NodeView> node(BackendId id) {
    for (int i = 0; i < nodes.size(); i++) { // asked for each transaction
      if (nodes.get(i).id().equals(id)) {
        return Optional.of(nodes.get(i));
      }
    }
    return Optional.empty();
  }

  public Optional<NodeView> primaryNode() {
    return primary.flatMap(this::node);
  }
}
