package org.relevo.proxy.failover;

import java.util.Map;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.NodeView;

/// Whether an operation is changing roles right now; until it ends no node may be given writes.
///
/// @param operationId "" when none
/// @param marks what the nodes that take part are shown as
public record RoleChange(String operationId, Map<BackendId, NodeView.Status> marks) {
  public static final RoleChange NONE = new RoleChange("", Map.of());

  public RoleChange {
    marks = Map.copyOf(marks);
  }

  public boolean underWay() {
    return !operationId.isEmpty();
  }
}
