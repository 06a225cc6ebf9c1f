package org.relevo.proxy.member;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.cluster.SyncRule;

/// Brings what this member's configuration says into a cluster that was founded before: the member
/// itself, servers that are new, and, when it leads for the first time, when a commit counts as
/// safe.
///
/// Owner: the member's thread.
public final class Enrolment {
  private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(2);

  private final Member own;
  private final List<Command.Found.Node> nodes;
  private final Optional<SyncRule> sync;
  private boolean ruled;
  private boolean asked;
  private long askedNs;

  /// @param sync empty for a witness
  public Enrolment(Member own, List<Command.Found.Node> nodes, Optional<SyncRule> sync) {
    this.own = own;
    this.nodes = List.copyOf(nodes);
    this.sync = sync;
  }

  /// Whether the member and its servers are known as configured.
  boolean done(ClusterState state) {
    return own.equals(state.members().get(own.id()))
        && nodes.stream().allMatch(node -> state.nodes().containsKey(node.id()));
  }

  /// What is to be proposed now.
  Optional<Command> due(ClusterState state, boolean leads, long nowNs, long wallMs) {
    if (!state.founded()
        || state.operation().isPresent()
        || (asked && nowNs - askedNs < AGAIN_NS)) {
      return Optional.empty();
    }
    Command.Why why = new Command.Why(wallMs, Operation.AUTOMATIC, "", "as configured");
    if (!done(state)) {
      asked = true;
      askedNs = nowNs;
      return Optional.of(new Command.Enrol(own, nodes, why));
    }
    if (leads && !ruled && sync.isPresent()) {
      ruled = true;
      return sync.filter(rule -> !rule.equals(state.sync()))
          .map(rule -> new Command.SetSyncRule(rule, why));
    }
    return Optional.empty();
  }
}
