package org.relevo.jmx.contract;

import java.util.List;

/// What a switchover would do. Making one changes nothing.
///
/// @param hash of steps and targets; starting needs it, so that only what was seen is run
public record SwitchoverPlan(
    String id,
    String hash,
    String clusterName,
    int fromNodeId,
    int toNodeId,
    String reason,
    boolean startable,
    List<Candidate> candidates,
    List<PreflightCheck> checks,
    List<PlannedStep> steps,
    long madeAtEpochMs) {
  public SwitchoverPlan {
    candidates = List.copyOf(candidates);
    checks = List.copyOf(checks);
    steps = List.copyOf(steps);
  }
}
