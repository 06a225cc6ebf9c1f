package org.relevo.proxy.control;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.NodeState;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.Primary;
import org.relevo.proxy.control.Situation.Health;
import org.relevo.proxy.core.BackendId;

/// Operations that a person asks for: checked against the state, then proposed; the answer follows
/// when it is known. Owner: [MemberLogic].
final class Requests {
  /// Furthest that the target of a switchover may be behind, bytes: what is still to be sent while
  /// clients wait.
  private static final long MOST_LAG_BYTES = 16L << 20;

  private static final int MOST_PENDING = 64;

  private final Decider decider;
  private final Map<Long, Pending> pending = new HashMap<>();

  /// @param operation its id
  private record Pending(long request, String operation) {}

  Requests(Decider decider) {
    this.decider = decider;
  }

  void asked(Input.Asked asked, ClusterState state, Outbox out, long wallMs, long nowNs) {
    String refusal = refusal(asked, state, nowNs);
    if (!refusal.isEmpty() || asked.dryRun()) {
      out.add(
          new Effect.Answer(
              asked.request(), refusal, "", refusal.isEmpty() ? steps(asked, state) : List.of()));
      return;
    }
    Command command = command(asked, state, wallMs);
    String operation =
        switch (command) {
          case Command.Start start -> start.operation().id();
          case Command.AllowLoss allow -> allow.operationId();
          default -> "";
        };
    pending.put(out.propose(command), new Pending(asked.request(), operation));
  }

  void answered(Input.Proposed proposed, Outbox out) {
    Pending asked = pending.remove(proposed.number());
    if (asked == null) {
      return;
    }
    String refusal =
        proposed.known() ? proposed.refusal() : "it is not known whether it begins; see the status";
    out.add(
        new Effect.Answer(
            asked.request(), refusal, refusal.isEmpty() ? asked.operation() : "", List.of()));
  }

  private Command command(Input.Asked asked, ClusterState state, long wallMs) {
    Command.Why why = new Command.Why(wallMs, asked.actor(), "", asked.reason());
    if (state.operation().isPresent()) {
      return new Command.AllowLoss(state.operation().get().id(), asked.allowedLossBytes(), why);
    }
    int from = state.primaryNumber();
    return new Command.Start(
        Operation.beginning(
            decider.nextId(),
            asked.kind(),
            from,
            asked.to(),
            asked.kind() == Kind.FAILOVER ? asked.allowedLossBytes() : -1,
            asked.actor(),
            asked.reason()),
        state.epoch(),
        why);
  }

  private String refusal(Input.Asked asked, ClusterState state, long nowNs) {
    if (pending.size() >= MOST_PENDING) {
      return "too many requests are waiting";
    }
    if (state.operation().isPresent()) {
      Operation running = state.operation().get();
      boolean allows =
          asked.kind() == Kind.FAILOVER
              && running.kind() == Kind.FAILOVER
              && running.phase().undoable()
              && asked.allowedLossBytes() >= 0;
      return allows ? "" : "operation " + running.id() + " is running";
    }
    return asked.kind() == Kind.SWITCHOVER ? switchoverRefusal(asked, state, nowNs) : "";
  }

  private String switchoverRefusal(Input.Asked asked, ClusterState state, long nowNs) {
    if (state.primary().isEmpty()) {
      return "there is no primary";
    }
    Health health = decider.outlook().health(state, nowNs);
    if (health != Health.WELL && health != Health.MINORITY) {
      return "the primary is not well: " + health;
    }
    if (asked.to() >= 0) {
      return targetRefusal(new BackendId(asked.to()), state, nowNs);
    }
    String first = "there is no other server";
    for (BackendId node : state.nodes().keySet()) {
      if (!node.equals(state.primary().get().node())) {
        first = targetRefusal(node, state, nowNs);
        if (first.isEmpty()) {
          return "";
        }
      }
    }
    return first;
  }

  private String targetRefusal(BackendId target, ClusterState state, long nowNs) {
    Primary primary = state.primary().orElseThrow();
    String unfit = decider.outlook().unfit(state, target, nowNs);
    if (unfit.isEmpty()) {
      unfit = decider.outlook().notSeen(state, target, nowNs);
    }
    NodeState node = state.nodes().get(target);
    if (!unfit.isEmpty() || node == null) {
      return unfit;
    }
    long behind = primary.lastSeen().bytesAfter(node.report().received());
    return behind <= MOST_LAG_BYTES ? "" : target + " is " + behind + " bytes behind";
  }

  private static List<String> steps(Input.Asked asked, ClusterState state) {
    String from = state.primary().map(now -> now.node().toString()).orElse("nobody");
    String to = asked.to() < 0 ? "the furthest standby" : new BackendId(asked.to()).toString();
    return List.of(
        "CHECKPOINT on " + from,
        "HOLD: every member holds its clients at the end of their transactions",
        "DEMOTE: " + from + " stops",
        "COLLECT: standbys stand still; " + to + " is proven to have everything",
        "PROMOTE: " + to + " is promoted",
        "OPEN: clients go on with " + to + ", the others follow it");
  }
}
