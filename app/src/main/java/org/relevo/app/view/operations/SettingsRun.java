package org.relevo.app.view.operations;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.relevo.app.remote.Presence;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.view.switchover.Reasons;
import org.relevo.jmx.contract.ConfigChange;
import org.relevo.jmx.contract.ConfigOutcome;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.jmx.contract.RecoveryStatus;
import org.relevo.jmx.contract.StepState;

/// Follows settings that a person writes into the service's file: seen there, taken over (by a
/// reload that this asks for, or after the restart that the person does), and for a new node its
/// recovery, which this starts. Everything is learned from the service, so that a window that was
/// closed finds the same steps done.
///
/// Owner: one question at a time; blocks.
final class SettingsRun implements Function<ServiceConnection, Progress> {
  private final ActPlan plan;
  private final String actor;
  private final long startedAt;
  private boolean reloaded;
  private String recovery = "";
  private String refusal = "";

  SettingsRun(ActPlan plan, String actor, long startedAt) {
    this.plan = plan;
    this.actor = actor;
    this.startedAt = startedAt;
  }

  @Override
  public Progress apply(ServiceConnection service) {
    boolean known = plan.nodeId() < 0 || known(service);
    ConfigOutcome now = service.config().check();
    Set<ConfigChange> open = Set.copyOf(now.changes());
    List<ConfigChange> waiting = plan.changes().stream().filter(open::contains).toList();
    Set<String> set =
        service.config().getSettings().stream()
            .map(setting -> setting.name() + "=" + setting.value())
            .collect(Collectors.toUnmodifiableSet());
    boolean written =
        plan.changes().stream()
            .allMatch(
                each -> open.contains(each) || set.contains(each.name() + "=" + each.after()));
    boolean taken = written && waiting.isEmpty() && known;
    if (written && !reloaded && waiting.stream().anyMatch(each -> !each.needsRestart())) {
      reloaded = true;
      service.config().reload();
    }
    List<OperationStep> steps = new ArrayList<>();
    step(
        steps,
        "write",
        written,
        now.problems().isEmpty() ? plan.steps().getFirst().action() : now.problems().getFirst());
    String names =
        String.join(
            ", ",
            waiting.stream().filter(ConfigChange::needsRestart).map(ConfigChange::name).toList());
    step(steps, "take-over", taken, names.isEmpty() ? "" : "relevo stop && relevo start: " + names);
    String outcome = "";
    boolean failed = false;
    boolean done = taken;
    if (plan.nodeId() >= 0) {
      boolean used = taken && used(service);
      // Where members control the servers, they bring a new one in by themselves.
      boolean ours = taken && !used && !controlled(service);
      RecoveryStatus status = ours ? recover(service) : null;
      failed = !used && (!refusal.isEmpty() || (status != null && ended(status.state())));
      step(
          steps,
          "recover",
          used || (status != null && status.state() == RecoveryState.SUCCEEDED),
          status == null ? refusal : status.phase());
      step(steps, "verify", used, "");
      outcome = failed ? (status == null ? refusal : status.outcome()) : "";
      done = used;
    }
    return new Progress(
        plan.kind().step() + "-" + startedAt,
        plan.kind().step(),
        plan.nodeId(),
        done ? OperationState.SUCCEEDED : failed ? OperationState.FAILED : OperationState.RUNNING,
        actor,
        plan.reason(),
        startedAt,
        done || failed ? System.currentTimeMillis() : -1,
        steps,
        outcome,
        List.of(),
        -1,
        false);
  }

  private static boolean ended(RecoveryState state) {
    return state != RecoveryState.RUNNING && state != RecoveryState.SUCCEEDED;
  }

  private boolean known(ServiceConnection service) {
    return service.cluster().getNodes().stream().anyMatch(node -> node.id() == plan.nodeId());
  }

  private boolean used(ServiceConnection service) {
    return service.cluster().getNodes().stream()
        .anyMatch(node -> node.id() == plan.nodeId() && node.status() == NodeStatus.UP);
  }

  private static boolean controlled(ServiceConnection service) {
    return Presence.of(() -> service.control().getStatus()).isPresent();
  }

  /// Null when the service refused.
  private @Nullable RecoveryStatus recover(ServiceConnection service) {
    if (!refusal.isEmpty()) {
      return null;
    }
    try {
      return started(service);
    } catch (IllegalStateException refused) {
      refusal = Reasons.of(refused);
      return null;
    }
  }

  private RecoveryStatus started(ServiceConnection service) {
    if (recovery.isEmpty()) {
      recovery =
          service.recovery().getRecoveries().stream()
              .filter(
                  each -> each.nodeId() == plan.nodeId() && each.startedAtEpochMs() >= startedAt)
              .map(RecoveryStatus::id)
              .findFirst()
              .orElseGet(() -> service.recovery().recover(plan.nodeId(), "auto", plan.reason()));
    }
    return service.recovery().recovery(recovery);
  }

  private void step(List<OperationStep> steps, String name, boolean done, String detail) {
    boolean first = steps.stream().allMatch(each -> each.state() == StepState.DONE);
    StepState state = done ? StepState.DONE : first ? StepState.RUNNING : StepState.PENDING;
    steps.add(
        new OperationStep(
            steps.size() + 1,
            name,
            plan.nodeId(),
            state,
            done ? "" : detail,
            state == StepState.PENDING ? -1 : startedAt,
            -1));
  }
}
