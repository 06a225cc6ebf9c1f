package org.relevo.app.view.operations;

import java.util.List;
import java.util.function.BiPredicate;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.StepState;

/// Acts that the service does at once, without an operation of its own: the window looks whether
/// the effect is there. Blocks.
///
/// Owner: any thread; holds nothing.
final class AtOnce {
  private static final long SEEN_WITHIN_MS = 60_000;

  private AtOnce() {}

  /// What was done at once is only done when it is seen.
  static Progress observe(ServiceConnection service, ActPlan plan, long startedAt, long now) {
    boolean seen =
        switch (plan.kind()) {
          case DETACH -> node(service, plan.nodeId(), InUse::takenOut);
          case ATTACH -> node(service, plan.nodeId(), InUse::used);
          case PAUSE -> service.control().getStatus().paused();
          case RESUME -> !service.control().getStatus().paused();
          case ARCHIVE_ON -> service.recovery().walArchiving().on();
          case ARCHIVE_OFF -> !service.recovery().walArchiving().on();
          case SCHEDULE -> scheduled(service.control().getStatus(), plan.nodeId());
          case UNSCHEDULE -> service.control().getStatus().scheduledAtEpochMs() < 0;
          case RECOVERY, FAILBACK, FAILOVER, ADD_NODE, IMPORT_PGPOOL, IMPORT_HEARTBEAT -> true;
        };
    boolean late = !seen && now - startedAt > SEEN_WITHIN_MS;
    StepState look = seen ? StepState.DONE : late ? StepState.FAILED : StepState.RUNNING;
    long end = seen || late ? now : -1;
    String step = plan.kind().step();
    return new Progress(
        step + "-" + startedAt,
        step,
        plan.nodeId(),
        seen ? OperationState.SUCCEEDED : late ? OperationState.FAILED : OperationState.RUNNING,
        service.user(),
        plan.reason(),
        startedAt,
        end,
        List.of(
            new OperationStep(1, step, plan.nodeId(), StepState.DONE, "", startedAt, startedAt),
            new OperationStep(2, "verify", plan.nodeId(), look, "", startedAt, end)),
        late ? SEEN_WITHIN_MS / 1000 + " s" : "",
        List.of(),
        -1,
        false);
  }

  /// An earlier schedule for another node does not count.
  private static boolean scheduled(ControlStatus now, int nodeId) {
    return now.scheduledAtEpochMs() > 0 && now.scheduledToNodeId() == nodeId;
  }

  private static boolean node(
      ServiceConnection service, int nodeId, BiPredicate<InUse, NodeInfo> wanted) {
    InUse use = InUse.of(service);
    return service.cluster().getNodes().stream()
        .anyMatch(node -> node.id() == nodeId && wanted.test(use, node));
  }

  /// What is shown before the service has told anything.
  static Progress beginning(String actor, ActPlan plan, long startedAt) {
    return new Progress(
        "",
        plan.kind().recovers() ? "recovery" : plan.kind().step(),
        plan.nodeId(),
        OperationState.RUNNING,
        actor,
        plan.reason(),
        startedAt,
        -1,
        List.of(),
        "",
        List.of(),
        -1,
        false);
  }
}
