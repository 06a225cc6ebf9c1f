package org.relevo.proxy.control;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState;
import org.relevo.proxy.control.ServerCase.Permit;
import org.relevo.proxy.core.BackendId;

/// The servers that this member's agents start, stop and promote. Owner: [MemberLogic].
final class LocalServers {
  private final MemberId self;
  private final Timing timing;
  private final TreeMap<BackendId, LocalServer> servers = new TreeMap<>();

  LocalServers(MemberId self, Timing timing) {
    this.self = self;
    this.timing = timing;
  }

  private LocalServer server(BackendId node) {
    return servers.computeIfAbsent(node, id -> new LocalServer(id, timing));
  }

  void hear(BackendId node, NodeReport report) {
    server(node).hear(report);
  }

  void ended(BackendId node, long actionId, String failure, Outbox out, long nowNs) {
    server(node).ended(actionId, failure, out, nowNs);
  }

  void kept(BackendId node, boolean on, long nowNs) {
    server(node).kept(on, nowNs);
  }

  void work(ClusterState state, Permit permit, Outbox out, long nowNs) {
    Member member = state.members().get(self);
    if (member != null) {
      member.agentOf().forEach(node -> server(node).work(state, permit, out, nowNs));
    }
  }

  boolean hasPrimary() {
    return servers.values().stream()
        .anyMatch(server -> server.report().condition() == Condition.PRIMARY);
  }

  /// Reports that differ from what the state has, positions included.
  List<Command.Renew.Reported> reports(ClusterState state) {
    List<Command.Renew.Reported> all = new ArrayList<>();
    Member member = state.members().get(self);
    if (member == null) {
      return all;
    }
    for (BackendId node : member.agentOf()) {
      NodeState shared = state.nodes().get(node);
      NodeReport report = server(node).report();
      boolean looked = report.condition() != Condition.UNKNOWN;
      if (shared != null && looked && !shared.report().equals(report)) {
        all.add(new Command.Renew.Reported(node, report));
      }
    }
    return all;
  }

  /// Whether more than a position differs.
  boolean news(ClusterState state) {
    return reports(state).stream()
        .anyMatch(told -> {
          NodeState shared = state.nodes().get(told.node());
          return shared != null && !told.report().sameButPosition(shared.report());
        });
  }
}
