package org.relevo.proxy.member;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.agent.HookNode;
import org.relevo.proxy.agent.Hooks;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.NodeState;
import org.relevo.proxy.cluster.Primary;
import org.relevo.proxy.core.BackendId;

/// Calls the operator's commands when roles change; the leading member alone does.
///
/// Owner: the member's thread.
public final class RoleHooks {
  private final @Nullable Hooks hooks;
  private final Map<BackendId, HookNode> nodes;
  private @Nullable ClusterState before;

  private RoleHooks(@Nullable Hooks hooks, Map<BackendId, HookNode> nodes) {
    this.hooks = hooks;
    this.nodes = new TreeMap<>(nodes);
  }

  /// For a witness, which has none.
  public static RoleHooks none() {
    return new RoleHooks(null, Map.of());
  }

  public static RoleHooks of(Hooks hooks, Map<BackendId, HookNode> nodes) {
    return new RoleHooks(hooks, nodes);
  }

  void see(ClusterState now, boolean leads) {
    ClusterState last = before;
    before = now;
    if (hooks == null || last == null || !leads) {
      return;
    }
    Optional<BackendId> was = last.primary().map(Primary::node);
    Optional<BackendId> is = now.primary().map(Primary::node);
    if (was.isPresent() && is.isPresent() && !was.equals(is)) {
      primaryChanged(hooks, now, node(was.get()), node(is.get()));
    }
    HookNode main = is.map(this::node).orElse(HookNode.NONE);
    now.nodes()
        .forEach((id, node) -> {
          NodeState earlier = last.nodes().get(id);
          if (earlier != null && !is.equals(Optional.of(id)) && !was.equals(Optional.of(id))) {
            standbyChanged(hooks, node(id), serves(earlier), serves(node), main);
          }
        });
  }

  private void primaryChanged(Hooks calls, ClusterState now, HookNode old, HookNode primary) {
    var _ = calls.failover(old, primary, old, old);
    now.nodes().keySet().stream()
        .map(this::node)
        .filter(node -> node.id() != primary.id())
        .forEach(node -> calls.followPrimary(node, primary, old, old));
  }

  private static void standbyChanged(
      Hooks calls, HookNode node, boolean served, boolean serves, HookNode main) {
    if (served && !serves) {
      var _ = calls.failover(node, main, main, main);
    } else if (serves && !served) {
      var _ = calls.failback(node, main, main, main);
    }
  }

  private static boolean serves(NodeState node) {
    return switch (node.report().condition()) {
      case PRIMARY, STANDBY, RECEIVER_STOPPED -> true;
      case UNKNOWN, STOPPED, DIVERGED, REBUILDING, BROKEN -> false;
    };
  }

  private HookNode node(BackendId id) {
    return nodes.getOrDefault(id, HookNode.NONE);
  }
}
