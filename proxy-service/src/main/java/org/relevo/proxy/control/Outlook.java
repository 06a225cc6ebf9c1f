package org.relevo.proxy.control;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.NodeState.Sight;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.cluster.Primary;
import org.relevo.proxy.cluster.SyncSet;
import org.relevo.proxy.control.Situation.Finding;
import org.relevo.proxy.control.Situation.Health;
import org.relevo.proxy.control.Situation.SyncWork;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// What a leader makes of the state, its clock and the leases while no operation runs. Owner:
/// [Decider].
final class Outlook {
  private final Timing timing;
  private final LeaseWatch watch;
  private final Since since;
  private final Map<BackendId, Lsn> lastReceived = new HashMap<>();
  private boolean inVain;
  private long inVainNs;

  Outlook(Timing timing, LeaseWatch watch, Since since) {
    this.timing = timing;
    this.watch = watch;
    this.since = since;
  }

  /// Notes that an automatic failover was put back from where the primary was stopped already.
  void observe(ClusterState before, ClusterState after, long nowNs) {
    if (before.operation().isPresent() && after.operation().isEmpty()) {
      // What was seen in the middle of it says nothing of how it stands now.
      since.clearOne("unseen");
    }
    boolean restored =
        before
            .operation()
            .map(operation -> operation.automatic() && operation.phase() == Operation.Phase.RESTORE)
            .orElse(false);
    if (restored && after.operation().isEmpty()) {
      inVain = true;
      inVainNs = nowNs;
    }
  }

  /// @param fences whether a fence agent can be asked
  Situation idle(ClusterState state, boolean fences, long nowNs) {
    Health health = health(state, nowNs);
    NodeState primary = state.primaryState().orElse(null);
    return new Situation.Idle(
        health,
        finding(state, nowNs),
        state.paused(),
        primary != null && primary.mayFailOver(),
        Freshness.candidates(state, node -> agentLives(state, node, nowNs)),
        !fences && loose(state, primary, nowNs),
        calm(state, health, nowNs),
        syncWork(state, health, nowNs),
        health == Health.WELL
            && state.failoversSinceCalm() > 0
            && sameEpochMs(state, nowNs) >= timing.calmMs());
  }

  private boolean loose(ClusterState state, @Nullable NodeState primary, long nowNs) {
    return primary != null
        && primary.report().kept()
        && !agentLives(state, state.primary().orElseThrow().node(), nowNs);
  }

  /// Why this standby cannot take over in order, or "".
  String unfit(ClusterState state, BackendId standby, long nowNs) {
    Primary primary = state.primary().orElse(null);
    NodeState node = state.nodes().get(standby);
    if (primary == null || node == null || standby.equals(primary.node())) {
      return standby + " is no standby";
    }
    if (!Freshness.candidate(node)) {
      return "%s is %s with priority %d".formatted(standby, node.goal(), node.priority());
    }
    if (!agentLives(state, standby, nowNs)) {
      return standby + "'s agent is silent";
    }
    boolean streams =
        node.report().condition() == Condition.STANDBY
            && node.report().follows() == primary.node().value()
            && node.report().timeline() == primary.timeline();
    if (!streams) {
      return "%s does not follow the primary: %s".formatted(standby, node.report().condition());
    }
    return switch (node.report().hindrance()) {
      case NONE -> "";
      case REPLAY_PAUSED -> standby + "'s replay is paused: pg_wal_replay_resume() lets it go on";
      case BASE_BACKUP -> "a base backup is being taken from " + standby;
    };
  }

  /// A living member that does not see this server up, with what it sees; or "".
  String notSeen(ClusterState state, BackendId node, long nowNs) {
    NodeState known = state.nodes().get(node);
    if (known == null) {
      return "";
    }
    return known.observed().entrySet().stream()
        .filter(entry -> entry.getValue() != Sight.UP && watch.alive(entry.getKey(), nowNs))
        .map(entry -> "%s sees %s %s".formatted(entry.getKey(), node, entry.getValue()))
        .findFirst()
        .orElse("");
  }

  boolean agentLives(ClusterState state, BackendId node, long nowNs) {
    Optional<MemberId> agent = state.agentOf(node);
    return agent.isPresent() && watch.alive(agent.get(), nowNs);
  }

  Health health(ClusterState state, long nowNs) {
    if (!state.founded()) {
      return Health.NOT_FOUNDED;
    }
    NodeState node = state.primaryState().orElse(null);
    if (node == null) {
      return Health.NO_PRIMARY;
    }
    int seen = 0;
    int down = 0;
    int failed = 0;
    for (var entry : node.observed().entrySet()) {
      if (watch.alive(entry.getKey(), nowNs)) {
        seen++;
        failed += entry.getValue() == Sight.UP ? 0 : 1;
        down += entry.getValue() == Sight.UP || entry.getValue() == Sight.SUSPECT ? 0 : 1;
      }
    }
    boolean majorityDown = 2 * down > seen;
    boolean lives = agentLives(state, state.primary().orElseThrow().node(), nowNs);
    boolean byHand = since.heldFor("by hand", handStopped(node), timing.byHandMs(), nowNs);
    boolean rested = since.heldFor("resting", resting(node), timing.restingMs(), nowNs);
    boolean unseen = since.heldFor("unseen", majorityDown, timing.unseenMs(), nowNs);
    if (!lives) {
      // A silent agent and a first failed probe each say what the other says.
      return 2 * failed > seen ? Health.DEAD : Health.SILENT;
    }
    return switch (node.report().condition()) {
      case STOPPED ->
          handStopped(node) && (timing.byHandMs() < 0 || !byHand) ? Health.BY_HAND : Health.CRASHED;
      case BROKEN -> Health.CRASHED;
      case STANDBY, RECEIVER_STOPPED, REBUILDING, DIVERGED ->
          rested ? Health.CRASHED : Health.RESTING;
      case PRIMARY, UNKNOWN -> unseen ? Health.UNSEEN : down > 0 ? Health.MINORITY : Health.WELL;
    };
  }

  private static boolean handStopped(NodeState node) {
    return node.report().condition() == Condition.STOPPED && node.report().byHand();
  }

  private static boolean resting(NodeState node) {
    return switch (node.report().condition()) {
      case STANDBY, RECEIVER_STOPPED, REBUILDING, DIVERGED -> true;
      case PRIMARY, UNKNOWN, STOPPED, BROKEN -> false;
    };
  }

  private Finding finding(ClusterState state, long nowNs) {
    if (state.primary().isPresent()) {
      return Finding.NONE;
    }
    long found =
        state.nodes().entrySet().stream()
            .filter(entry -> entry.getValue().report().condition() == Condition.PRIMARY)
            .filter(entry -> agentLives(state, entry.getKey(), nowNs))
            .count();
    boolean all =
        state.nodes().entrySet().stream()
            .filter(entry -> entry.getValue().goal() == Goal.STANDBY)
            .allMatch(entry ->
                entry.getValue().report().condition() != Condition.UNKNOWN
                    && agentLives(state, entry.getKey(), nowNs));
    boolean waited = since.heldFor("found", found == 1, timing.restingMs(), nowNs);
    if (found > 1) {
      return Finding.MANY;
    }
    return found == 1 && (all || waited) ? Finding.ONE : Finding.NONE;
  }

  private boolean calm(ClusterState state, Health health, long nowNs) {
    if (inVain && nowNs - inVainNs < Timing.ns(timing.flapHardMs())) {
      return false;
    }
    inVain = false;
    int failovers = state.failoversSinceCalm();
    if (failovers == 0) {
      return true;
    }
    long base = health == Health.UNSEEN ? timing.flapSoftMs() : timing.flapHardMs();
    long wait = Math.min(timing.flapMostMs(), base << Math.min(20, failovers - 1));
    return sameEpochMs(state, nowNs) >= wait;
  }

  private long sameEpochMs(ClusterState state, long nowNs) {
    return since.heldNs("epoch " + state.epoch(), true, nowNs) / Timing.ns(1);
  }

  private SyncWork syncWork(ClusterState state, Health health, long nowNs) {
    NodeState node = state.primaryState().orElse(null);
    boolean steady = health == Health.WELL || health == Health.MINORITY;
    if (node == null || !steady || node.report().condition() != Condition.PRIMARY) {
      return SyncWork.NOTHING;
    }
    if (!syncTarget(state, nowNs).equals(state.standing().asked())) {
      return SyncWork.ASK;
    }
    boolean used = node.report().syncNumber() == state.standing().number();
    return used && !state.standing().settled() ? SyncWork.SETTLE : SyncWork.NOTHING;
  }

  /// The standbys that commits should wait for now; one that is away for a moment stays.
  SyncSet syncTarget(ClusterState state, long nowNs) {
    Primary primary = state.primary().orElseThrow();
    return SyncTargets.target(
        state,
        primary.node(),
        node -> {
          NodeState standby = state.nodes().get(node);
          NodeReport report = standby == null ? NodeReport.NONE : standby.report();
          boolean well =
              agentLives(state, node, nowNs)
                  && report.condition() == Condition.STANDBY
                  && report.follows() == primary.node().value()
                  && report.timeline() == primary.timeline()
                  && standby != null
                  && reached(state, primary.node(), standby);
          boolean gone = since.heldFor("away " + node, !well, timing.syncLossMs(), nowNs);
          boolean stays = state.standing().asked().names().contains(node) && !gone;
          return !stuck(node, report.received(), primary.lastSeen(), nowNs) && (well || stays);
        });
  }

  /// Whether a standby has received nothing for long of what the primary has written since: it
  /// runs, and commits would wait for ever for it.
  private boolean stuck(BackendId node, Lsn received, Lsn written, long nowNs) {
    String key = "stuck " + node;
    if (!received.equals(lastReceived.put(node, received))) {
      since.clearOne(key);
    }
    return since.heldFor(key, written.compareTo(received) > 0, timing.syncLossMs(), nowNs);
  }

  /// Whether the machine of the primary reaches a standby: when the way between the two is cut
  /// while both still talk to the others, commits must not wait for it.
  private static boolean reached(ClusterState state, BackendId primary, NodeState standby) {
    MemberId beside = state.agentOf(primary).orElse(null);
    return beside == null || standby.observed().getOrDefault(beside, Sight.UP) == Sight.UP;
  }
}
