package org.relevo.proxy.control;

import java.util.Objects;
import java.util.Optional;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.cluster.Primary;
import org.relevo.proxy.control.AgentRules.Task;
import org.relevo.proxy.control.ServerCase.Part;
import org.relevo.proxy.control.ServerCase.Permit;
import org.relevo.proxy.core.BackendId;

/// One server of this member's: what its agent told, what it was asked last, and how that went.
/// Owner: [LocalServers].
final class LocalServer {
  private static final int MOST_PROMOTE_FAILURES = 3;

  private final BackendId node;
  private final Timing timing;
  private final Since since = new Since();
  private NodeReport told = NodeReport.NONE;
  private Optional<NodeAction> asked = Optional.empty();
  private long actionId;
  private boolean running;
  private long endedNs;
  private int failures;
  private long checkpointedGate;
  private long refusedEpoch;
  private boolean stoppedItself;
  private String lastRow = "";
  private final Grip grip;

  LocalServer(BackendId node, Timing timing) {
    this.node = node;
    this.timing = timing;
    grip = new Grip(node, timing);
  }

  /// What the others are told: the agent's word and what only this object knows.
  NodeReport report() {
    NodeReport report = told;
    if (refusedEpoch > report.refusedEpoch()) {
      report = report.refusing(refusedEpoch);
    }
    if (report.condition() == Condition.PRIMARY) {
      report = report.withGate(checkpointedGate);
    }
    return report.keptOn(grip.told());
  }

  void hear(NodeReport report) {
    told = report;
    if (report.condition() == Condition.PRIMARY) {
      stoppedItself = false;
    }
  }

  void ended(long id, String failure, Outbox out, long nowNs) {
    if (id != actionId || !running) {
      return;
    }
    running = false;
    endedNs = nowNs;
    failures = failure.isEmpty() ? 0 : failures + 1;
    NodeAction action = asked.orElseThrow();
    if (!failure.isEmpty()) {
      out.add(
          new Effect.Note(
              true, lastRow, "%s failed on %s: %s".formatted(name(action), node, failure)));
    }
    switch (action) {
      case NodeAction.Checkpoint checkpoint -> {
        if (failure.isEmpty()) {
          checkpointedGate = checkpoint.gateEpoch();
        }
      }
      case NodeAction.Promote promote -> {
        if (failures >= MOST_PROMOTE_FAILURES && told.condition() != Condition.PRIMARY) {
          refusedEpoch = Math.max(refusedEpoch, promote.epoch());
        }
      }
      case NodeAction.Stop _,
          NodeAction.StopReceiver _,
          NodeAction.Follow _,
          NodeAction.Restart _,
          NodeAction.SetSync _,
          NodeAction.Fence _ -> {}
    }
  }

  private static String name(NodeAction action) {
    return action.getClass().getSimpleName();
  }

  void kept(boolean on, long nowNs) {
    grip.answered(on, nowNs);
  }

  /// Works towards what the state wants.
  void work(ClusterState state, Permit permit, Outbox out, long nowNs) {
    NodeState shared = state.nodes().get(node);
    if (shared == null) {
      return;
    }
    grip.work(state, shared.report().kept(), told.condition(), permit, out, nowNs);
    ServerCase situation = situation(state, shared, permit, nowNs);
    Row<ServerCase, Task> row = AgentRules.decide(situation);
    lastRow = row.id();
    if (row.then() == Task.REFUSE) {
      refusedEpoch = Math.max(refusedEpoch, state.epoch());
    }
    Optional<NodeAction> wanted = action(row.then(), state);
    if (wanted.isPresent() && mayAsk(wanted.get(), nowNs)) {
      ask(wanted.get(), row, out);
    }
  }

  private boolean mayAsk(NodeAction wanted, long nowNs) {
    boolean same = asked.isPresent() && asked.get().equals(wanted);
    if (!same) {
      return true;
    }
    return !running && nowNs - endedNs >= Timing.ns(timing.actionRetryMs());
  }

  private void ask(NodeAction wanted, Row<ServerCase, Task> row, Outbox out) {
    if (asked.isEmpty() || !asked.get().equals(wanted)) {
      failures = 0;
    }
    asked = Optional.of(wanted);
    actionId = out.nextNumber();
    running = true;
    if (row.then() == Task.STOP_NOW) {
      stoppedItself = true;
    }
    out.add(
        new Effect.Note(
            row.then() == Task.STOP_NOW || row.then() == Task.STOP_FALSE,
            row.id(),
            "%s: %s: %s".formatted(node, name(wanted), row.why())));
    out.add(new Effect.Act(node, actionId, wanted));
  }

  private ServerCase situation(ClusterState state, NodeState shared, Permit permit, long nowNs) {
    Part part = part(state);
    boolean down = told.condition() != Condition.PRIMARY && part == Part.LEADS;
    boolean waited = since.heldFor("down", down, timing.restartMs(), nowNs);
    return new ServerCase(
        told.condition(),
        shared.goal(),
        part,
        permit,
        state.paused(),
        done(part, state),
        told.byHand(),
        waited || (stoppedItself && told.condition() == Condition.STOPPED),
        refusedEpoch >= state.epoch(),
        rising(),
        grip.loose());
  }

  private boolean rising() {
    return running
        && asked
            .map(action ->
                action instanceof NodeAction.Promote || action instanceof NodeAction.Restart)
            .orElse(false);
  }

  private Part part(ClusterState state) {
    if (state.operation().isPresent()) {
      Operation operation = state.operation().get();
      boolean from = operation.from() == node.value();
      boolean to = operation.to() == node.value();
      switch (operation.phase()) {
        case CHECKPOINT -> {
          return from ? Part.SAVES : Part.STANDS;
        }
        case HOLD -> {
          return from ? Part.WAITS : Part.STANDS;
        }
        case DEMOTE -> {
          return from ? Part.YIELDS : Part.LISTENS;
        }
        case COLLECT -> {
          return from ? Part.YIELDED : Part.REPORTS;
        }
        case RESTORE -> {
          return from ? Part.RETURNS : Part.FOLLOWS;
        }
        case PROMOTE -> {
          return to ? Part.RISES : from ? Part.YIELDED : Part.STANDS;
        }
        case OPEN -> {}
      }
    }
    if (state.primary().isEmpty()) {
      return Part.NONE;
    }
    return state.primary().get().node().equals(node) ? Part.LEADS : Part.FOLLOWS;
  }

  private boolean done(Part part, ClusterState state) {
    long gate = state.operation().map(Operation::gateEpoch).orElse(-1L);
    return switch (part) {
      case SAVES -> checkpointedGate == gate;
      case YIELDS, LISTENS, REPORTS -> told.gateEpoch() == gate;
      case LEADS -> told.syncNumber() == state.standing().number();
      case FOLLOWS -> follows(state.primary()) && !followsInVain();
      case NONE, WAITS, YIELDED, RETURNS, STANDS, RISES -> false;
    };
  }

  private boolean follows(Optional<Primary> primary) {
    return primary
        .map(now -> told.follows() == now.node().value() && told.timeline() == now.timeline())
        .orElse(false);
  }

  /// It is pointed there, but its agent has not seen it receive: it may lack log that only a copy
  /// brings.
  private boolean followsInVain() {
    return !running
        && failures > 0
        && asked.map(action -> action instanceof NodeAction.Follow).orElse(false);
  }

  private Optional<NodeAction> action(Task task, ClusterState state) {
    long gate = state.operation().map(Operation::gateEpoch).orElse(0L);
    boolean hurry =
        state.operation().map(now -> now.kind() == Operation.Kind.FAILOVER).orElse(true);
    long number = state.standing().number();
    return switch (task) {
      case NOTHING, REFUSE -> Optional.empty();
      case CHECKPOINT -> Optional.of(new NodeAction.Checkpoint(gate));
      case STOP_NOW -> Optional.of(new NodeAction.Stop(true, 0));
      case STOP_FOR_GATE -> Optional.of(new NodeAction.Stop(hurry, gate));
      case STOP_FALSE -> Optional.of(new NodeAction.Stop(true, 0));
      case STOP_RECEIVER -> Optional.of(new NodeAction.StopReceiver(gate, false));
      case STOP_RECEIVER_LAST -> Optional.of(new NodeAction.StopReceiver(gate, true));
      case PROMOTE ->
          state
              .primary()
              .map(now ->
                  new NodeAction.Promote(
                      now.epoch(), now.timeline(), number, state.standing().asked()));
      case RESTART ->
          Optional.of(new NodeAction.Restart(state.epoch(), number, state.standing().asked()));
      case SET_SYNC -> Optional.of(new NodeAction.SetSync(number, state.standing().asked()));
      case FOLLOW ->
          state
              .primary()
              .filter(now -> !Objects.equals(now.node(), node))
              .map(now ->
                  new NodeAction.Follow(now.node(), now.epoch(), now.timeline(), now.promotedAt()));
    };
  }
}
