package org.relevo.proxy.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.NodeState;
import org.relevo.proxy.cluster.NodeState.Sight;
import org.relevo.proxy.core.BackendId;

/// What this member's probes see, and the servers that it alone does without: quarantine is a local
/// view and moves nothing. Owner: [MemberLogic].
final class Sights {
  static final String ROW = "F-052";

  private final MemberId self;
  private final TreeMap<BackendId, Sight> seen = new TreeMap<>();
  private final TreeSet<BackendId> quarantined = new TreeSet<>();

  Sights(MemberId self) {
    this.self = self;
  }

  void see(BackendId node, Sight sight) {
    seen.put(node, sight);
  }

  List<Command.Renew.Observed> news(ClusterState state) {
    List<Command.Renew.Observed> news = new ArrayList<>();
    seen.forEach((node, sight) -> {
      NodeState shared = state.nodes().get(node);
      if (shared != null && shared.observed().get(self) != sight) {
        news.add(new Command.Renew.Observed(node, sight));
      }
    });
    return news;
  }

  void update(ClusterState state, Outbox out) {
    seen.forEach((node, sight) -> {
      boolean alone = sight != Sight.UP && sight != Sight.SUSPECT && othersSeeItUp(state, node);
      if (alone ? quarantined.add(node) : quarantined.remove(node)) {
        String reason = alone ? "only this member sees it " + sight : "as the others see it";
        out.add(new Effect.Quarantine(node, alone, reason));
        out.add(new Effect.Note(alone, ROW, node + ": " + reason));
      }
    });
  }

  /// At least as many of the others see it up as do not see it.
  private boolean othersSeeItUp(ClusterState state, BackendId node) {
    NodeState shared = state.nodes().get(node);
    if (shared == null) {
      return false;
    }
    int balance = 0;
    boolean any = false;
    for (Map.Entry<MemberId, Sight> entry : shared.observed().entrySet()) {
      if (!entry.getKey().equals(self)) {
        any = true;
        balance += entry.getValue() == Sight.UP ? 1 : -1;
      }
    }
    return any && balance > 0;
  }
}
