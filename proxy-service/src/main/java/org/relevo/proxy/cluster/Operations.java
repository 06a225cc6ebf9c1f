package org.relevo.proxy.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.Operation.Phase;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Succession;

/// The commands of the operation that changes roles; part of [ClusterMachine].
final class Operations {
  private Operations() {}

  static Applied otherEpoch(ClusterState state, long epoch) {
    return ClusterMachine.refused(state, "epoch is " + state.epoch() + ", not " + epoch);
  }

  static Applied running(ClusterState state) {
    return ClusterMachine.refused(
        state, "operation " + state.operation().map(Operation::id).orElse("") + " is running");
  }

  static Applied start(ClusterState state, Command.Start start) {
    Operation asked = start.operation();
    if (state.operation().isPresent()) {
      return running(state);
    }
    if (state.epoch() != start.epoch()) {
      return otherEpoch(state, start.epoch());
    }
    if (state.paused() && asked.automatic()) {
      return ClusterMachine.refused(state, "paused");
    }
    int primary = state.primaryNumber();
    boolean fits =
        asked.kind() == Kind.SWITCHOVER
            ? asked.phase() == Phase.CHECKPOINT && primary >= 0
            : asked.phase() == Phase.HOLD;
    if (!fits || asked.from() != primary) {
      return ClusterMachine.refused(state, "it does not begin so");
    }
    if (asked.to() == asked.from() || (asked.to() >= 0 && !usable(state, asked.to()))) {
      return ClusterMachine.refused(state, "node" + asked.to() + " cannot be promoted");
    }
    Draft draft = new Draft(state);
    draft.lastGateEpoch++;
    draft.operation = Optional.of(asked.gated(draft.lastGateEpoch));
    return draft.tell(start.why(), "%s of node%d begins".formatted(asked.kind(), asked.from()));
  }

  private static boolean usable(ClusterState state, int node) {
    NodeState candidate = node < 0 ? null : state.nodes().get(new BackendId(node));
    return candidate != null && candidate.goal() == Goal.STANDBY && candidate.priority() > 0;
  }

  /// Why a command about an operation does not fit, or "".
  private static String misfit(ClusterState state, String id, Phase from) {
    if (state.operation().isEmpty() || !state.operation().get().id().equals(id)) {
      return "operation " + id + " is not running";
    }
    Phase now = state.operation().get().phase();
    return now == from ? "" : "operation " + id + " is at " + now + ", not at " + from;
  }

  static Applied advance(ClusterState state, Command.Advance advance) {
    String misfit = misfit(state, advance.operationId(), advance.from());
    if (!misfit.isEmpty()) {
      return ClusterMachine.refused(state, misfit);
    }
    Operation operation = state.operation().orElseThrow();
    String wanting =
        advance.from().leadsTo(advance.next())
            ? wanting(state, operation, advance)
            : advance.next() + " does not come after " + advance.from();
    if (!wanting.isEmpty()) {
      return ClusterMachine.refused(state, wanting);
    }
    Draft draft = new Draft(state);
    draft.operation = Optional.of(operation.in(advance.next()));
    return draft.tell(advance.why(), operation.kind() + " goes on with " + advance.next());
  }

  /// What is still wanting for this step, or "".
  private static String wanting(ClusterState state, Operation operation, Command.Advance advance) {
    return switch (advance.next()) {
      case DEMOTE -> notHolding(state, operation, advance.proof());
      case COLLECT -> notDemoted(state, operation, advance.proof());
      case CHECKPOINT, HOLD, RESTORE, PROMOTE, OPEN -> "";
    };
  }

  private static String notHolding(ClusterState state, Operation operation, Command.Proof proof) {
    for (Map.Entry<MemberId, Lease> entry : state.leases().entrySet()) {
      Lease lease = entry.getValue();
      if (lease.gateEpoch() < operation.gateEpoch() && !over(entry.getKey(), lease, proof)) {
        return entry.getKey() + " does not hold its clients and its lease is not over";
      }
    }
    return "";
  }

  private static boolean over(MemberId member, Lease lease, Command.Proof proof) {
    return lease.lengthMs() == 0 || proof.over().getOrDefault(member, -1L) == lease.granted();
  }

  private static String notDemoted(ClusterState state, Operation operation, Command.Proof proof) {
    if (operation.from() < 0 || proof.fenced()) {
      return "";
    }
    BackendId from = new BackendId(operation.from());
    NodeState node = state.nodes().get(from);
    if (node == null || stoppedFor(node, operation)) {
      return "";
    }
    if (node.report().kept()) {
      return from + " may run on since maintenance: its agent has to say that it does not";
    }
    if (agentIsOver(state, from, proof)) {
      return "";
    }
    return from + " is not known to be stopped and its agent's lease is not over";
  }

  private static boolean stopped(ClusterState state) {
    Operation operation = state.operation().orElseThrow();
    NodeState node =
        operation.from() < 0 ? null : state.nodes().get(new BackendId(operation.from()));
    return node != null && stoppedFor(node, operation);
  }

  private static boolean stoppedFor(NodeState node, Operation operation) {
    return node.report().condition() == Condition.STOPPED
        && node.report().gateEpoch() == operation.gateEpoch();
  }

  private static boolean agentIsOver(ClusterState state, BackendId node, Command.Proof proof) {
    Optional<MemberId> agent = state.agentOf(node);
    if (agent.isEmpty()) {
      return false;
    }
    Lease lease = state.leases().get(agent.get());
    return lease == null || proof.over().getOrDefault(agent.get(), -1L) == lease.granted();
  }

  /// The candidate says that it is a primary: its clients can go on, and no other can be promoted
  /// in its place from here on. One step with the report, as all wait for it.
  static void hear(Draft draft) {
    Operation operation = draft.operation.orElse(null);
    if (operation == null || operation.phase() != Phase.PROMOTE) {
      return;
    }
    NodeState node = draft.nodes.get(new BackendId(operation.to()));
    if (node == null || node.report().condition() != Condition.PRIMARY) {
      return;
    }
    draft.operation = Optional.of(operation.in(Phase.OPEN));
    // Nothing is proven again until those it waits for have what it had before.
    SyncStanding standing = draft.standing;
    draft.standing =
        new SyncStanding(
            standing.number(), standing.asked(), new SyncSet(0, standing.asked().names()));
  }

  static Applied commit(ClusterState state, Command.Commit commit) {
    Phase now = state.operation().map(Operation::phase).orElse(Phase.COLLECT);
    Phase from =
        switch (now) {
          case PROMOTE -> Phase.PROMOTE;
          // The candidate stood still while the old primary stopped.
          case DEMOTE -> stopped(state) ? Phase.DEMOTE : Phase.COLLECT;
          case CHECKPOINT, HOLD, COLLECT, RESTORE, OPEN -> Phase.COLLECT;
        };
    String misfit = misfit(state, commit.operationId(), from);
    if (!misfit.isEmpty()) {
      return ClusterMachine.refused(state, misfit);
    }
    if (state.epoch() != commit.epoch()) {
      return otherEpoch(state, commit.epoch());
    }
    Operation operation = state.operation().orElseThrow();
    String wrong = wrongCandidate(state, operation, commit);
    if (!wrong.isEmpty()) {
      return ClusterMachine.refused(state, wrong);
    }
    return committed(state, operation, commit);
  }

  private static String wrongCandidate(
      ClusterState state, Operation operation, Command.Commit commit) {
    BackendId to = commit.to();
    NodeState node = state.nodes().get(to);
    if (operation.phase() == Phase.PROMOTE && operation.to() == to.value()) {
      return triesAgain(state, commit) ? "" : to + " has not given up";
    }
    if (node == null || !usable(state, to.value())) {
      return to + " cannot be promoted";
    }
    boolean still =
        node.report().condition() == Condition.RECEIVER_STOPPED
            && node.report().gateEpoch() == operation.gateEpoch();
    if (!still || !node.report().received().equals(commit.at())) {
      return to + " does not stand still at " + commit.at() + " for this operation";
    }
    if (operation.phase() != Phase.PROMOTE) {
      return "";
    }
    BackendId first = new BackendId(operation.to());
    NodeState tried = state.nodes().get(first);
    boolean given =
        tried == null
            || commit.proof().fenced()
            || agentIsOver(state, first, commit.proof())
            || (tried.report().refusedEpoch() >= state.epoch()
                && tried.report().condition() != Condition.PRIMARY);
    return given ? "" : first + " may still be promoted";
  }

  /// The same candidate under a new epoch: it has what it had, as it receives nothing meanwhile.
  private static boolean triesAgain(ClusterState state, Command.Commit commit) {
    NodeState node = state.nodes().get(commit.to());
    return node != null
        && node.report().refusedEpoch() >= state.epoch()
        && state.primary().map(now -> now.promotedAt().equals(commit.at())).orElse(false)
        && switch (node.report().condition()) {
          case STANDBY, RECEIVER_STOPPED, STOPPED -> true;
          case UNKNOWN, PRIMARY, DIVERGED, REBUILDING, BROKEN -> false;
        };
  }

  private static Applied committed(ClusterState state, Operation operation, Command.Commit commit) {
    Draft draft = new Draft(state);
    draft.epoch++;
    state.primary().ifPresent(old -> draft.goal(old.node(), Goal.STANDBY));
    draft.goal(commit.to(), Goal.PRIMARY);
    draft.primary =
        Optional.of(
            new Primary(
                commit.to(),
                draft.epoch,
                ++draft.lastTimeline,
                commit.at(),
                commit.at(),
                lives(state, operation, commit.to())));
    TreeSet<BackendId> names = new TreeSet<>(commit.asked().names());
    names.remove(commit.to());
    SyncSet asked = new SyncSet(commit.asked().need(), names);
    // Until it opens nothing new is acknowledged: what counted still does, for a next candidate.
    draft.standing =
        new SyncStanding(state.standing().number() + 1, asked, state.standing().counted());
    if (operation.kind() == Kind.FAILOVER
        && operation.automatic()
        && operation.phase() != Phase.PROMOTE) {
      draft.failoversSinceCalm++;
    }
    draft.operation = Optional.of(operation.promoting(commit.to().value(), state.primary()));
    return draft.tell(
        commit.why(), "%s is the primary from %s".formatted(commit.to(), commit.at()));
  }

  /// Numbers of transactions mean something on the new primary when all that it has is the old
  /// one's.
  private static Succession lives(ClusterState state, Operation operation, BackendId to) {
    NodeState node = state.nodes().get(to);
    return operation
        .before()
        .or(state::primary)
        .filter(old -> node != null && node.report().timeline() == old.timeline())
        .map(old -> old.lives().next())
        .orElse(Succession.NONE);
  }

  static Applied allowLoss(ClusterState state, Command.AllowLoss allow) {
    Operation operation = state.operation().orElse(null);
    if (operation == null || !operation.id().equals(allow.operationId())) {
      return ClusterMachine.refused(state, "operation " + allow.operationId() + " is not running");
    }
    if (!operation.phase().undoable() || operation.kind() != Kind.FAILOVER || allow.bytes() < 0) {
      return ClusterMachine.refused(state, "a loss is allowed to a failover before it is decided");
    }
    Draft draft = new Draft(state);
    draft.operation = Optional.of(operation.allowing(allow.bytes()));
    return draft.tell(allow.why(), "a loss of %d bytes is allowed".formatted(allow.bytes()));
  }

  static Applied end(ClusterState state, Command.End end) {
    String misfit = misfit(state, end.operationId(), end.from());
    if (!misfit.isEmpty()) {
      return ClusterMachine.refused(state, misfit);
    }
    boolean fits =
        switch (end.from()) {
          case CHECKPOINT, HOLD, RESTORE -> !end.done();
          case DEMOTE, COLLECT, PROMOTE -> false;
          case OPEN -> end.done();
        };
    if (!fits) {
      return ClusterMachine.refused(state, "it does not end so at " + end.from());
    }
    Draft draft = new Draft(state);
    Operation operation = state.operation().orElseThrow();
    draft.operation = Optional.empty();
    return draft.tell(end.why(), operation.kind() + (end.done() ? " is done" : " was put back"));
  }
}
