package org.relevo.app.view.operations;

import java.util.List;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.ConfigChange;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.PreflightCheck;

/// What an act would do, as the service told it. Making one changes nothing.
///
/// @param nodeId -1 when it concerns the whole cluster
/// @param nodeName what the person types where that is asked
/// @param lossBytes what is known to be missing at the target of a failover; -1 when not known
/// @param changes settings that would differ, where settings are written
record ActPlan(
    ActInput input,
    int nodeId,
    String nodeName,
    String clusterName,
    List<PreflightCheck> checks,
    List<PlannedStep> steps,
    long lossBytes,
    List<ConfigChange> changes) {
  ActPlan {
    checks = List.copyOf(checks);
    steps = List.copyOf(steps);
    changes = List.copyOf(changes);
  }

  ActKind kind() {
    return input.kind();
  }

  String option() {
    return input.option();
  }

  String reason() {
    return input.reason();
  }

  boolean blocked() {
    return checks.stream().anyMatch(check -> check.result() == CheckResult.BLOCK);
  }
}
