package org.relevo.proxy.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// The nodes as balancing sees them; immutable, replaced as a whole every few milliseconds.
///
/// @param primary null while there is none
public record RoutingView(@Nullable BackendId primary, List<Node> nodes) {
  /// One node that may serve.
  ///
  /// @param weight of `backend_weightN`; 0 takes no balanced reads
  /// @param replayed of a standby; null for the primary, or while not known
  /// @param lagBytes behind the primary, 0 for the primary; [Long#MAX_VALUE] when not known
  /// @param lagMs the same as time, -1 when not known
  /// @param busy statements that it runs for this service now
  /// @param zone of `backend_zoneN`, "" for none
  public record Node(
      BackendId id,
      String name,
      boolean standby,
      double weight,
      @Nullable Lsn replayed,
      long lagBytes,
      long lagMs,
      int busy,
      String zone) {}

  public RoutingView {
    nodes = List.copyOf(nodes);
  }

  /// Null when it does not serve.
  public @Nullable Node find(BackendId id) {
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (node.id().equals(id)) {
        return node;
      }
    }
    return null;
  }
}
