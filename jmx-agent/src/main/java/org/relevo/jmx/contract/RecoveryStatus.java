package org.relevo.jmx.contract;

import java.util.List;

/// A recovery of a node, running or ended.
///
/// @param way how the node gets its data: `standby`, `agent`, `ssh` or `scripts`
/// @param phase name of the step that runs, or ran last
/// @param bytes copied so far; -1 when nothing is copied (yet)
/// @param totalBytes the source's estimate; -1 unknown
/// @param bytesPerSecond of the copy, over the last seconds; -1 unknown
/// @param remainingSeconds of the copy; -1 unknown
/// @param pauseMs how long new transactions waited; -1 when they did not
/// @param outcome one sentence for people
public record RecoveryStatus(
    String id,
    int nodeId,
    int sourceNodeId,
    String way,
    RecoveryState state,
    String phase,
    long bytes,
    long totalBytes,
    long bytesPerSecond,
    long remainingSeconds,
    long pauseMs,
    long startedAtEpochMs,
    long finishedAtEpochMs,
    String actor,
    String reason,
    List<OperationStep> steps,
    String outcome) {
  public RecoveryStatus {
    steps = List.copyOf(steps);
  }
}
