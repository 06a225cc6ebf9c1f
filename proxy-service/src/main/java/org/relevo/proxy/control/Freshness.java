package org.relevo.proxy.control;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeReport.Hindrance;
import org.relevo.proxy.cluster.NodeState;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.cluster.Primary;
import org.relevo.proxy.cluster.SyncRule;
import org.relevo.proxy.cluster.SyncSet;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// Who may be promoted without losing what was acknowledged. Positions count only when they stand
/// still for the very operation; a newer timeline beats any position on an older one.
class Freshness {
  /// A candidate and what proves it.
  record Choice(BackendId node, Lsn at, String proof) {}

  static final Comparator<NodeReport> POSITION =
      Comparator.comparingLong(NodeReport::timeline).thenComparing(NodeReport::received);

  /// The best proven candidate: furthest, then one that nothing hinders, then highest priority,
  /// then lowest number. Where all that are proven have all that was acknowledged (QUORUM, no loss
  /// allowed), one that nothing hinders comes before the furthest: what others have beyond it
  /// nobody was told of, and a paused replay would take for ever to catch up.
  ///
  /// @param eligible which servers may be chosen at all
  final Optional<Choice> choose(
      ClusterState state, Operation operation, Predicate<BackendId> eligible) {
    Comparator<Map.Entry<BackendId, NodeState>> furthest =
        Comparator.comparing(entry -> entry.getValue().report(), POSITION);
    Comparator<Map.Entry<BackendId, NodeState>> free =
        Comparator.comparing(entry -> entry.getValue().report().hindrance() == Hindrance.NONE);
    boolean nothingLost =
        state.sync().mode() == SyncRule.Mode.QUORUM && operation.allowedLossBytes() < 0;
    Comparator<Map.Entry<BackendId, NodeState>> order =
        (nothingLost ? free.thenComparing(furthest) : furthest.thenComparing(free))
            .thenComparingInt(entry -> entry.getValue().priority())
            .thenComparingInt(entry -> -entry.getKey().value());
    return state.nodes().entrySet().stream()
        .filter(entry -> eligible.test(entry.getKey()))
        .filter(entry -> candidate(entry.getValue()))
        .filter(entry -> standsStill(entry.getValue().report(), operation))
        .filter(
            entry -> !proof(state, operation, entry.getKey(), entry.getValue().report()).isEmpty())
        .max(order)
        .map(entry ->
            new Choice(
                entry.getKey(),
                entry.getValue().report().received(),
                proof(state, operation, entry.getKey(), entry.getValue().report())));
  }

  static boolean candidate(NodeState node) {
    return node.goal() == Goal.STANDBY && node.priority() > 0;
  }

  boolean standsStill(NodeReport report, Operation operation) {
    return report.condition() == Condition.RECEIVER_STOPPED
        && report.gateEpoch() == operation.gateEpoch();
  }

  /// What proves that this position holds all that was acknowledged, or "". A timeline that is
  /// newer than the primary's is somebody else's: only a person may choose it, by name.
  String proof(ClusterState state, Operation operation, BackendId node, NodeReport candidate) {
    Optional<Primary> lost = operation.before().or(state::primary);
    if (lost.isEmpty()) {
      return operation.allowedLossBytes() >= 0 ? "no primary was known" : "";
    }
    boolean sameLine = candidate.timeline() == lost.get().timeline();
    long behind = Math.max(0, lost.get().lastSeen().bytesAfter(candidate.received()));
    boolean named = operation.to() == node.value() && operation.allowedLossBytes() >= 0;
    if (!named && candidate.timeline() > lost.get().timeline()) {
      return "";
    }
    if (sameLine && hasAllOfAStopped(state, operation, candidate)) {
      return "has all that the stopped primary had";
    }
    if (operation.allowedLossBytes() >= 0) {
      return behind <= operation.allowedLossBytes() ? "loss allowed by hand: " + behind : "";
    }
    if (state.sync().mode() == SyncRule.Mode.QUORUM) {
      return sameLine ? quorumProof(state, operation, candidate) : "";
    }
    boolean within = sameLine && behind <= state.sync().lossBoundBytes();
    return within ? "at most %d known bytes lost".formatted(behind) : "";
  }

  private boolean hasAllOfAStopped(ClusterState state, Operation operation, NodeReport candidate) {
    NodeState old =
        operation.from() < 0 ? null : state.nodes().get(new BackendId(operation.from()));
    return old != null
        && old.report().condition() == Condition.STOPPED
        && old.report().gateEpoch() == operation.gateEpoch()
        && !old.report().received().equals(Lsn.ZERO)
        && candidate.received().compareTo(old.report().received()) >= 0;
  }

  /// R + W > N: every set of standbys that could have acknowledged a commit has a member that is
  /// known to have no more than the candidate.
  private String quorumProof(ClusterState state, Operation operation, NodeReport candidate) {
    SyncSet counted = state.standing().counted();
    long heard =
        counted.names().stream()
            .filter(name -> hasNoMore(state.nodes().get(name), operation, candidate))
            .count();
    boolean proven = counted.need() > 0 && heard + counted.need() > counted.names().size();
    return proven
        ? "R %d + W %d > N %d".formatted(heard, counted.need(), counted.names().size())
        : "";
  }

  private boolean hasNoMore(@Nullable NodeState node, Operation operation, NodeReport candidate) {
    return node != null
        && standsStill(node.report(), operation)
        && POSITION.compare(node.report(), candidate) <= 0;
  }

  /// Whether a failover that begins now could prove a candidate fresh, if all that live report.
  static Candidates candidates(ClusterState state, Predicate<BackendId> agentLives) {
    Primary primary = state.primary().orElse(null);
    if (primary == null) {
      return Candidates.NONE;
    }
    Predicate<BackendId> reachable =
        node -> {
          NodeState standby = state.nodes().get(node);
          return standby != null
              && !node.equals(primary.node())
              && agentLives.test(node)
              && standby.goal() == Goal.STANDBY
              && onTimeline(standby.report(), primary.timeline());
        };
    boolean any =
        state.nodes().entrySet().stream()
            .anyMatch(entry -> candidate(entry.getValue()) && reachable.test(entry.getKey()));
    if (!any) {
      return Candidates.NONE;
    }
    if (state.sync().mode() == SyncRule.Mode.ASYNC) {
      return Candidates.PROVABLE;
    }
    SyncSet counted = state.standing().counted();
    long reports = counted.names().stream().filter(reachable).count();
    boolean enough = counted.need() > 0 && reports + counted.need() > counted.names().size();
    return enough ? Candidates.PROVABLE : Candidates.UNPROVABLE;
  }

  static boolean onTimeline(NodeReport report, long timeline) {
    return (report.condition() == Condition.STANDBY
            || report.condition() == Condition.RECEIVER_STOPPED)
        && report.timeline() == timeline;
  }

  /// What a failover could find.
  enum Candidates {
    NONE,
    /// There are some, but too few of those that acknowledge commits can be asked.
    UNPROVABLE,
    PROVABLE
  }
}
