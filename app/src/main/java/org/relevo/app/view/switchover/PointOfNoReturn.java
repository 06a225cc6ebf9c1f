package org.relevo.app.view.switchover;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.StepState;
import org.relevo.jmx.contract.SwitchoverPlan;

/// The step from which on nothing can be taken back: the first after the last with an undo, or the
/// promotion when the plan was not seen by this window.
final class PointOfNoReturn {
  private static final String PROMOTE = "promote";

  private PointOfNoReturn() {}

  /// Index in the operation's steps; their number when there is none.
  static int index(OperationStatus operation, @Nullable SwitchoverPlan plan) {
    List<OperationStep> steps = operation.steps();
    for (int i = 0; i < steps.size(); i++) {
      String name = steps.get(i).name();
      if (plan != null && plan.toNodeId() == operation.toNodeId()) {
        List<PlannedStep> late = plan.steps().subList(index(plan), plan.steps().size());
        if (late.stream().anyMatch(p -> p.name().equals(name))) {
          return i;
        }
      } else if (name.equals(PROMOTE)) {
        return i;
      }
    }
    return steps.size();
  }

  /// Number of the step after the last one that can be taken back. A step before it without an
  /// undo, such as a checkpoint, has changed nothing that matters.
  static int index(SwitchoverPlan plan) {
    List<PlannedStep> steps = plan.steps();
    for (int i = steps.size(); i > 0; i--) {
      if (!steps.get(i - 1).undo().isEmpty()) {
        return i;
      }
    }
    return 0;
  }

  static boolean passed(OperationStatus operation, @Nullable SwitchoverPlan plan) {
    List<OperationStep> steps = operation.steps();
    return steps.subList(index(operation, plan), steps.size()).stream()
        .anyMatch(s -> s.state() != StepState.PENDING);
  }
}
