package org.relevo.proxy.cluster;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// A server in the replicated state.
///
/// @param goal what it is to be
/// @param priority higher is promoted first among equal positions; 0 never
/// @param mayFailOver whether an automatic failover away from it is allowed (`DISALLOW_TO_FAILOVER`
///   is false)
/// @param observed what each member last saw of it from outside, by member
public record NodeState(
    Goal goal,
    int priority,
    boolean mayFailOver,
    NodeReport report,
    SortedMap<MemberId, Sight> observed) {
  public NodeState {
    observed = Collections.unmodifiableSortedMap(new TreeMap<>(observed));
  }

  public NodeState withGoal(Goal newGoal, int newPriority) {
    return new NodeState(newGoal, newPriority, mayFailOver, report, observed);
  }

  public NodeState withReport(NodeReport newReport) {
    return new NodeState(goal, priority, mayFailOver, newReport, observed);
  }

  public NodeState seen(MemberId by, Sight sight) {
    TreeMap<MemberId, Sight> all = new TreeMap<>(observed);
    all.put(by, sight);
    return new NodeState(goal, priority, mayFailOver, report, all);
  }

  /// What a server is to be; its agent works towards it.
  public enum Goal {
    PRIMARY,
    STANDBY,
    /// Kept by hand: neither started, stopped, promoted nor used.
    DETACHED,
    /// As detached, and shown as wanted.
    MAINTENANCE
  }

  /// What a member sees of a server.
  public enum Sight {
    /// Answers queries.
    UP,
    /// Does not answer and retries are used up; refused means that its machine said no one listens.
    DOWN,
    REFUSED,
    /// Did not answer, and is asked again: counts beside the silence of its agent only.
    SUSPECT
  }
}
