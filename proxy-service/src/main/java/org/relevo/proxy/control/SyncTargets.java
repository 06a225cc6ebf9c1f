package org.relevo.proxy.control;

import java.util.TreeSet;
import java.util.function.Predicate;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.SyncRule;
import org.relevo.proxy.cluster.SyncSet;
import org.relevo.proxy.core.BackendId;

/// Which standbys a primary is to wait for. Those that may never be promoted count only when there
/// are too few others, so that what was acknowledged is on one that may.
final class SyncTargets {
  private SyncTargets() {}

  static SyncSet target(ClusterState state, BackendId primary, Predicate<BackendId> usable) {
    SyncRule rule = state.sync();
    if (rule.mode() == SyncRule.Mode.ASYNC || rule.need() == 0) {
      return SyncSet.NONE;
    }
    TreeSet<BackendId> all = new TreeSet<>();
    TreeSet<BackendId> able = new TreeSet<>();
    TreeSet<BackendId> best = new TreeSet<>();
    state
        .nodes()
        .forEach((node, standby) -> {
          if (node.equals(primary) || !standing(standby.goal())) {
            return;
          }
          all.add(node);
          if (usable.test(node)) {
            able.add(node);
            if (standby.priority() > 0) {
              best.add(node);
            }
          }
        });
    if (best.size() >= rule.need()) {
      return new SyncSet(rule.need(), best);
    }
    if (able.size() >= rule.need()) {
      return new SyncSet(rule.need(), able);
    }
    return rule.strict()
        ? new SyncSet(Math.min(rule.need(), all.size()), all)
        : new SyncSet(able.size(), able);
  }

  /// The old primary is to be a standby as well once another takes over.
  private static boolean standing(Goal goal) {
    return goal == Goal.STANDBY || goal == Goal.PRIMARY;
  }
}
