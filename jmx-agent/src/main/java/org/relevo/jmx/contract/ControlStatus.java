package org.relevo.jmx.contract;

import java.util.List;

/// The cluster's control, as one member sees it.
///
/// @param member this member's own name
/// @param alone whether there is no quorum: this service decides by itself, its state is a file
/// @param leader member that decides at present, "" when there is none
/// @param term of the leader
/// @param writesForMs how long clients of this member may write without news of a majority; 0 when
///   they may not
/// @param founded whether the members have a common state yet
/// @param paused maintenance mode
/// @param epoch grows by one whenever writes may go elsewhere than before
/// @param primaryNodeId -1 for none
/// @param timeline of the primary, -1 for none
/// @param synchronousMode `quorum` or `async`
/// @param waitFor how many of `waitForNodes` must have a commit before it is acknowledged
/// @param settled whether that is in force; while it is not, nobody is promoted
/// @param operationId "" when none runs
/// @param operationKind `switchover` or `failover`, "" when none runs
/// @param phase of the operation, "" when none runs
/// @param scheduledAtEpochMs when this member asks for a switchover, -1 when nothing is scheduled
/// @param scheduledToNodeId -1 for the best
/// @param standing the decision row that counts at present, with its reason; told by the leader, ""
///   elsewhere
/// @param trouble what a person must do at this member, "" when nothing
public record ControlStatus(
    String member,
    boolean alone,
    String leader,
    long term,
    long writesForMs,
    boolean founded,
    boolean paused,
    long epoch,
    int primaryNodeId,
    long timeline,
    String synchronousMode,
    int waitFor,
    List<Integer> waitForNodes,
    boolean settled,
    String operationId,
    String operationKind,
    String phase,
    long scheduledAtEpochMs,
    int scheduledToNodeId,
    String standing,
    String trouble,
    List<ControlMember> members,
    List<ControlNode> nodes) {
  public ControlStatus {
    waitForNodes = List.copyOf(waitForNodes);
    members = List.copyOf(members);
    nodes = List.copyOf(nodes);
  }
}
