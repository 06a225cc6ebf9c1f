package org.relevo.proxy.control;

import java.util.Optional;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.control.Freshness.Choice;
import org.relevo.proxy.control.Situation.Fresh;
import org.relevo.proxy.control.Situation.Next;
import org.relevo.proxy.core.BackendId;

/// How far the running operation is, as a leader sees it. Owner: [Decider].
final class Progress {
  private final Timing timing;
  private final LeaseWatch watch;
  private final Outlook outlook;
  private final Freshness freshness;
  private final Since since;

  Progress(Timing timing, LeaseWatch watch, Outlook outlook, Freshness freshness, Since since) {
    this.timing = timing;
    this.watch = watch;
    this.outlook = outlook;
    this.freshness = freshness;
    this.since = since;
  }

  Situation running(ClusterState state, boolean fences, boolean fenced, long nowNs) {
    Operation operation = state.operation().orElseThrow();
    boolean late = late(operation, nowNs);
    return new Situation.Running(
        operation.kind(),
        operation.phase(),
        operation.automatic(),
        outlook.health(state, nowNs).lost(),
        ready(state, operation, fenced, nowNs),
        late,
        back(state, operation, nowNs),
        fresh(state, operation, late, nowNs),
        fences,
        unfit(state, operation, nowNs),
        next(state, operation, nowNs));
  }

  /// That nothing but replay is waited for makes no difference once the old primary was stopped.
  private boolean unfit(ClusterState state, Operation operation, long nowNs) {
    return operation.to() >= 0
        ? !outlook.unfit(state, new BackendId(operation.to()), nowNs).isEmpty()
        : state.nodes().keySet().stream()
            .noneMatch(node -> outlook.unfit(state, node, nowNs).isEmpty());
  }

  private boolean late(Operation operation, long nowNs) {
    int most =
        switch (operation.phase()) {
          case CHECKPOINT -> timing.checkpointMs();
          case HOLD -> timing.holdMs();
          case DEMOTE -> timing.demoteMs();
          case COLLECT -> timing.collectMs();
          case RESTORE -> timing.restoreMs();
          case PROMOTE, OPEN -> Integer.MAX_VALUE;
        };
    return since.heldFor(
        "phase %s %s".formatted(operation.id(), operation.phase()), true, most, nowNs);
  }

  private boolean ready(ClusterState state, Operation operation, boolean fenced, long nowNs) {
    return switch (operation.phase()) {
      case CHECKPOINT -> {
        NodeReport from = report(state, operation.from());
        boolean ahead = since.heldFor("ahead " + operation.id(), true, timing.aheadMs(), nowNs);
        yield ahead
            && from.condition() == Condition.PRIMARY
            && from.gateEpoch() == operation.gateEpoch();
      }
      case HOLD ->
          state.leases().entrySet().stream()
              .allMatch(entry ->
                  entry.getValue().gateEpoch() >= operation.gateEpoch()
                      || watch.over(entry.getKey(), 0, nowNs));
      case DEMOTE -> fenced || demoted(state, operation, nowNs);
      case RESTORE ->
          report(state, operation.from()).condition() == Condition.PRIMARY
              && lives(state, operation.from(), nowNs);
      case COLLECT, PROMOTE, OPEN -> false;
    };
  }

  private boolean demoted(ClusterState state, Operation operation, long nowNs) {
    if (operation.from() < 0 || !state.nodes().containsKey(new BackendId(operation.from()))) {
      return true;
    }
    if (stopped(state, operation)) {
      return true;
    }
    return !report(state, operation.from()).kept() && agentIsOver(state, operation.from(), nowNs);
  }

  private static boolean stopped(ClusterState state, Operation operation) {
    NodeReport from = report(state, operation.from());
    return from.condition() == Condition.STOPPED && from.gateEpoch() == operation.gateEpoch();
  }

  private boolean agentIsOver(ClusterState state, int node, long nowNs) {
    Optional<MemberId> agent = state.agentOf(new BackendId(node));
    return agent.isPresent() && watch.over(agent.get(), timing.stopMarginMs(), nowNs);
  }

  private static NodeReport report(ClusterState state, int node) {
    NodeState found = node < 0 ? null : state.nodes().get(new BackendId(node));
    return found == null ? NodeReport.NONE : found.report();
  }

  private boolean lives(ClusterState state, int node, long nowNs) {
    return node >= 0 && outlook.agentLives(state, new BackendId(node), nowNs);
  }

  private boolean back(ClusterState state, Operation operation, long nowNs) {
    return switch (report(state, operation.from()).condition()) {
      case PRIMARY, STANDBY, RECEIVER_STOPPED, STOPPED -> lives(state, operation.from(), nowNs);
      case UNKNOWN, DIVERGED, REBUILDING, BROKEN -> false;
    };
  }

  private Fresh fresh(ClusterState state, Operation operation, boolean late, long nowNs) {
    return switch (operation.phase()) {
      case COLLECT -> found(state, operation, late, nowNs);
      case DEMOTE ->
          listening(state, operation, nowNs) ? found(state, operation, false, nowNs) : Fresh.NOBODY;
      case CHECKPOINT, HOLD, RESTORE, PROMOTE, OPEN -> Fresh.WAITING;
    };
  }

  /// Standbys see the old primary's stop when its agent does, and tell at about the same time.
  private boolean listening(ClusterState state, Operation operation, long nowNs) {
    return stopped(state, operation)
        && !since.heldFor("stopped " + operation.id(), true, timing.collectMs(), nowNs);
  }

  private Fresh found(ClusterState state, Operation operation, boolean late, long nowNs) {
    boolean named = operation.to() >= 0;
    Optional<Choice> choice = choice(state, operation, late, nowNs);
    boolean waiting =
        state.nodes().entrySet().stream()
            .anyMatch(entry -> {
              BackendId node = entry.getKey();
              boolean asked = !named || node.value() == operation.to();
              return asked && stillToReport(state, operation, node, nowNs);
            });
    if (choice.isPresent() && (named || !waiting || late)) {
      return Fresh.PROVEN;
    }
    return waiting && !late ? Fresh.WAITING : Fresh.NOBODY;
  }

  private boolean stillToReport(
      ClusterState state, Operation operation, BackendId node, long nowNs) {
    NodeState standby = state.nodes().get(node);
    if (standby == null
        || node.value() == operation.from()
        || standby.goal() != Goal.STANDBY
        || !outlook.agentLives(state, node, nowNs)) {
      return false;
    }
    NodeReport report = standby.report();
    return switch (report.condition()) {
      case STANDBY, RECEIVER_STOPPED -> report.gateEpoch() != operation.gateEpoch();
      case STOPPED -> !report.byHand();
      case UNKNOWN, PRIMARY, DIVERGED, REBUILDING, BROKEN -> false;
    };
  }

  /// Whom to promote. A named server, unless that one cannot and nothing can be put back.
  Optional<Choice> choice(ClusterState state, Operation operation, boolean late, long nowNs) {
    boolean anyone =
        operation.to() < 0
            || (operation.kind() == Operation.Kind.SWITCHOVER
                && late
                && !back(state, operation, nowNs));
    Optional<Choice> named =
        freshness.choose(
            state,
            operation,
            node -> node.value() == operation.to() && outlook.agentLives(state, node, nowNs));
    return named.isPresent() || !anyone
        ? named
        : freshness.choose(
            state,
            operation,
            node -> node.value() != operation.from() && outlook.agentLives(state, node, nowNs));
  }

  Optional<Choice> choice(ClusterState state, Operation operation, long nowNs) {
    return choice(state, operation, late(operation, nowNs), nowNs);
  }

  /// The next candidate in PROMOTE; the same again, under a new epoch, when there is no other and
  /// it has given up itself.
  Optional<Choice> another(ClusterState state, Operation operation, long nowNs) {
    Optional<Choice> other =
        freshness.choose(
            state,
            operation,
            node ->
                node.value() != operation.from()
                    && node.value() != operation.to()
                    && outlook.agentLives(state, node, nowNs));
    return other.isPresent() ? other : again(state, operation, nowNs);
  }

  private Optional<Choice> again(ClusterState state, Operation operation, long nowNs) {
    NodeReport tried = report(state, operation.to());
    boolean could =
        switch (tried.condition()) {
          case STANDBY, RECEIVER_STOPPED, STOPPED -> true;
          case UNKNOWN, PRIMARY, DIVERGED, REBUILDING, BROKEN -> false;
        };
    return could && refused(state, operation) && lives(state, operation.to(), nowNs)
        ? state.primary().map(now -> new Choice(now.node(), now.promotedAt(), "tries again"))
        : Optional.empty();
  }

  private static boolean refused(ClusterState state, Operation operation) {
    NodeReport tried = report(state, operation.to());
    return tried.refusedEpoch() >= state.epoch() && tried.condition() != Condition.PRIMARY;
  }

  private Next next(ClusterState state, Operation operation, long nowNs) {
    if (operation.phase() != Operation.Phase.PROMOTE) {
      return Next.NOT_YET;
    }
    if (!refused(state, operation) && !agentIsOver(state, operation.to(), nowNs)) {
      return Next.NOT_YET;
    }
    return another(state, operation, nowNs).isPresent() ? Next.ANOTHER : Next.GIVEN_UP;
  }
}
