package org.relevo.jmx.contract;

import java.util.List;

/// A switchover, running or ended.
///
/// @param id "" when there is none
/// @param pauseMs how long new transactions waited; -1 before they are released
/// @param heldSessions sessions that waited at a transaction boundary
/// @param movedSessions sessions that went on at the new primary
/// @param endedSessions sessions that could not be moved and got 57P01
/// @param outcome one sentence for people
public record OperationStatus(
    String id,
    String kind,
    OperationState state,
    String actor,
    String reason,
    int fromNodeId,
    int toNodeId,
    long startedAtEpochMs,
    long finishedAtEpochMs,
    long pauseMs,
    int heldSessions,
    int movedSessions,
    int endedSessions,
    List<OperationStep> steps,
    String outcome) {
  public OperationStatus {
    steps = List.copyOf(steps);
  }
}
