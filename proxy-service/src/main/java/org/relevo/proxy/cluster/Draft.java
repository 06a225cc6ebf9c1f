package org.relevo.proxy.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.relevo.proxy.core.BackendId;

/// A state while one command changes it. Owner: the one call of [ClusterMachine#apply].
final class Draft {
  String systemIdentifier;
  long epoch;
  long lastGateEpoch;
  long lastTimeline;
  TreeMap<MemberId, Member> members;
  TreeMap<BackendId, NodeState> nodes;
  TreeMap<MemberId, Lease> leases;
  Optional<Primary> primary;
  SyncRule sync;
  SyncStanding standing;
  boolean paused;
  Optional<Operation> operation;
  int failoversSinceCalm;
  ServiceState service;
  private final List<HistoryEntry> history;

  Draft(ClusterState state) {
    systemIdentifier = state.systemIdentifier();
    epoch = state.epoch();
    lastGateEpoch = state.lastGateEpoch();
    lastTimeline = state.lastTimeline();
    members = new TreeMap<>(state.members());
    nodes = new TreeMap<>(state.nodes());
    leases = new TreeMap<>(state.leases());
    primary = state.primary();
    sync = state.sync();
    standing = state.standing();
    paused = state.paused();
    operation = state.operation();
    failoversSinceCalm = state.failoversSinceCalm();
    service = state.service();
    history = new ArrayList<>(state.history());
  }

  void goal(BackendId node, NodeState.Goal goal) {
    nodes.computeIfPresent(node, (_, state) -> state.withGoal(goal, state.priority()));
  }

  /// Takes effect, and is told in the history as `what: text`.
  Applied tell(Command.Why why, String what) {
    String text = why.text().isEmpty() ? what : what + ": " + why.text();
    history.add(
        new HistoryEntry(epoch, why.atEpochMs(), why.actor(), why.row(), Command.cut(text)));
    while (history.size() > ClusterState.MOST_HISTORY) {
      history.removeFirst();
    }
    return quietly();
  }

  /// Takes effect, and is nothing for the history.
  Applied quietly() {
    return new Applied(
        new ClusterState(
            systemIdentifier,
            epoch,
            lastGateEpoch,
            lastTimeline,
            members,
            nodes,
            leases,
            primary,
            sync,
            standing,
            paused,
            operation,
            history,
            failoversSinceCalm,
            service),
        "");
  }
}
