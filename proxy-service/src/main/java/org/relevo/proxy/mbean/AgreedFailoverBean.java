package org.relevo.proxy.mbean;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.relevo.jmx.contract.Candidate;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.FailoverMXBean;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.PreflightCheck;
import org.relevo.jmx.contract.StepState;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.cluster.Operation.Phase;
import org.relevo.proxy.cluster.Primary;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.member.ClusterMember;
import org.relevo.proxy.member.OperationTrail;

/// Role changes that the members of the cluster agree on.
///
/// Owner: plans under this object's lock; [ClusterMember] is thread-safe.
final class AgreedFailoverBean implements FailoverMXBean {
  private static final long PLAN_LIFE_MS = 600_000;
  private static final int MOST_PLANS = 100;

  /// Phases of a switchover that goes through.
  private static final List<Phase> SWITCHOVER =
      List.of(Phase.CHECKPOINT, Phase.HOLD, Phase.DEMOTE, Phase.COLLECT, Phase.PROMOTE, Phase.OPEN);

  private static final OperationStatus NONE =
      new OperationStatus(
          "", "", OperationState.SUCCEEDED, "", "", -1, -1, -1, -1, -1, 0, 0, 0, List.of(), "");

  private final String clusterName;
  private final ClusterMember member;
  private final Supplier<String> actor;
  private final Map<String, SwitchoverPlan> plans = new LinkedHashMap<>();
  private long lastPlan;

  AgreedFailoverBean(String clusterName, ClusterMember member, Supplier<String> actor) {
    this.clusterName = clusterName;
    this.member = member;
    this.actor = actor;
  }

  /// Id of the running operation, "" when there is none.
  String runningId() {
    return member.state().flatMap(ClusterState::operation).map(Operation::id).orElse("");
  }

  @Override
  public OperationStatus getCurrent() {
    return member.trail().newestFirst().stream()
        .findFirst()
        .map(AgreedFailoverBean::status)
        .orElse(NONE);
  }

  @Override
  public List<OperationStatus> getHistory() {
    return member.trail().newestFirst().stream().map(AgreedFailoverBean::status).toList();
  }

  @Override
  public SwitchoverPlan planSwitchover(int targetNodeId, String reason) {
    ClusterState state =
        member
            .state()
            .filter(ClusterState::founded)
            .orElseThrow(() -> new IllegalStateException("the members have no common state yet"));
    if (targetNodeId != -1
        && (targetNodeId < 0 || !state.nodes().containsKey(new BackendId(targetNodeId)))) {
      throw new IllegalArgumentException(
          "there is no node %d; use one of %s".formatted(targetNodeId, state.nodes().keySet()));
    }
    ClusterMember.Answer answer =
        Asked.of(
            member.ask(Operation.Kind.SWITCHOVER, targetNodeId, -1, true, actor.get(), reason));
    return keep(plan(state, targetNodeId, reason, answer));
  }

  private synchronized SwitchoverPlan keep(SwitchoverPlan plan) {
    plans.put(plan.id(), plan);
    while (plans.size() > MOST_PLANS) {
      plans.remove(plans.keySet().iterator().next());
    }
    return plan;
  }

  private synchronized String nextPlan() {
    lastPlan++;
    return "plan-" + lastPlan;
  }

  private SwitchoverPlan plan(
      ClusterState state, int target, String reason, ClusterMember.Answer answer) {
    int from = state.primaryNumber();
    boolean startable = answer.refusal().isEmpty();
    List<PlannedStep> steps = new ArrayList<>();
    for (String text : answer.steps()) {
      Phase phase = SWITCHOVER.get(steps.size());
      steps.add(
          new PlannedStep(
              steps.size() + 1, name(phase), node(phase, from, target), text, undo(phase)));
    }
    PreflightCheck check =
        new PreflightCheck(
            "cluster",
            startable ? CheckResult.PASS : CheckResult.BLOCK,
            startable ? "primary and target are well" : answer.refusal(),
            "primary well; target streams from it, at most 16 MB behind",
            "relevo ctl quorum");
    return new SwitchoverPlan(
        nextPlan(),
        Integer.toHexString(List.of(state.epoch(), from, target, steps).hashCode()),
        clusterName,
        from,
        target,
        reason,
        startable,
        candidates(state),
        List.of(check),
        steps,
        System.currentTimeMillis());
  }

  private static List<Candidate> candidates(ClusterState state) {
    Primary primary = state.primary().orElse(null);
    List<Candidate> candidates = new ArrayList<>();
    state
        .nodes()
        .forEach((id, node) -> {
          if (primary == null || id.equals(primary.node())) {
            return;
          }
          boolean streams =
              node.report().condition() == Condition.STANDBY
                  && node.report().timeline() == primary.timeline();
          long behind = primary.lastSeen().bytesAfter(node.report().received());
          candidates.add(
              new Candidate(
                  id.value(),
                  id.toString(),
                  streams && node.priority() > 0,
                  streams
                      ? "%d bytes behind, priority %d"
                          .formatted(Math.max(0, behind), node.priority())
                      : "is " + name(node.report().condition()),
                  Math.max(0, behind),
                  node.report().timeline()));
        });
    return candidates;
  }

  @Override
  public String startSwitchover(String planId, String planHash) {
    SwitchoverPlan plan;
    synchronized (this) {
      plan = plans.remove(planId);
    }
    if (plan == null) {
      throw new IllegalStateException("there is no plan " + planId + "; make a new one");
    }
    if (!plan.hash().equals(planHash)) {
      throw new IllegalStateException(
          "plan " + planId + " is another than was seen; make a new one");
    }
    if (System.currentTimeMillis() - plan.madeAtEpochMs() > PLAN_LIFE_MS) {
      throw new IllegalStateException("plan " + planId + " is too old; make a new one");
    }
    int primary = member.state().map(ClusterState::primaryNumber).orElse(-1);
    if (primary != plan.fromNodeId()) {
      throw new IllegalStateException("the primary is another than in the plan; make a new one");
    }
    ClusterMember.Answer answer =
        Asked.of(
            member.ask(
                Operation.Kind.SWITCHOVER, plan.toNodeId(), -1, false, actor.get(), plan.reason()));
    if (!answer.refusal().isEmpty()) {
      throw new IllegalStateException(answer.refusal());
    }
    return answer.operation();
  }

  @Override
  public OperationStatus operation(String id) {
    return member
        .trail()
        .entry(id)
        .map(AgreedFailoverBean::status)
        .orElseThrow(() -> new IllegalArgumentException("there is no operation " + id));
  }

  @Override
  public void abort(String id) {
    Asked.done(member.abort(id, actor.get()));
  }

  private static OperationStatus status(OperationTrail.Entry entry) {
    Operation operation = entry.operation();
    boolean ended = entry.endedAtMs() >= 0;
    long begun = entry.startedAtMs().values().stream().mapToLong(Long::longValue).min().orElse(-1);
    return new OperationStatus(
        operation.id(),
        name(operation.kind()),
        !ended
            ? OperationState.RUNNING
            : entry.done() ? OperationState.SUCCEEDED : OperationState.ABORTED,
        operation.actor(),
        operation.reason(),
        operation.from(),
        operation.to(),
        begun,
        entry.endedAtMs(),
        entry.pauseMs(),
        entry.held(),
        entry.clients().moved(),
        entry.clients().ended(),
        steps(entry),
        outcome(entry, ended));
  }

  private static List<OperationStep> steps(OperationTrail.Entry entry) {
    Operation operation = entry.operation();
    List<OperationStep> steps = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      Long begun = entry.startedAtMs().get(phase);
      boolean ofThisKind =
          phase != Phase.RESTORE
              && (phase != Phase.CHECKPOINT || operation.kind() == Operation.Kind.SWITCHOVER);
      if (!ofThisKind && begun == null) {
        continue;
      }
      long end =
          entry.startedAtMs().values().stream()
              .filter(other -> begun != null && other > begun)
              .mapToLong(Long::longValue)
              .min()
              .orElse(entry.endedAtMs());
      boolean now = operation.phase() == phase && entry.endedAtMs() < 0;
      steps.add(
          new OperationStep(
              steps.size() + 1,
              name(phase),
              node(phase, operation.from(), operation.to()),
              begun == null ? StepState.PENDING : now ? StepState.RUNNING : StepState.DONE,
              "",
              begun == null ? -1 : begun,
              begun == null || now ? -1 : end));
    }
    return steps;
  }

  private static String outcome(OperationTrail.Entry entry, boolean ended) {
    if (!ended) {
      return "";
    }
    return entry.done()
        ? "node " + entry.operation().to() + " is the primary"
        : "put back; relevo ctl quorum --history says why";
  }

  private static int node(Phase phase, int from, int to) {
    return switch (phase) {
      case CHECKPOINT, DEMOTE, RESTORE -> from;
      case PROMOTE -> to;
      case HOLD, COLLECT, OPEN -> -1;
    };
  }

  private static String undo(Phase phase) {
    return switch (phase) {
      case CHECKPOINT -> "";
      case HOLD -> "clients go on";
      case DEMOTE, COLLECT, RESTORE -> "the old primary starts again, clients go on";
      case PROMOTE, OPEN -> "";
    };
  }

  private static String name(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
