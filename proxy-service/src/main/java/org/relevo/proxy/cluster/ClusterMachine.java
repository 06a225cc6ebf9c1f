package org.relevo.proxy.cluster;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.NodeState.Sight;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.Succession;

/// The only function that changes the cluster's state: total and deterministic. A command takes
/// effect as a whole, or changes nothing and the refusal says why. What a proposer has seen and
/// waited for is compared again here, so that it does no harm when it was decided on an older
/// state.
public final class ClusterMachine {
  private static final String NOT_FOUNDED = "the cluster is not founded yet";

  private static final int MOST_NODES = 128;

  private ClusterMachine() {}

  /// Before anything was agreed.
  public static ClusterState initial() {
    return new ClusterState(
        "",
        0,
        0,
        0,
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        Optional.empty(),
        new SyncRule(SyncRule.Mode.ASYNC, 0, false, 0),
        SyncStanding.NONE,
        false,
        Optional.empty(),
        List.of(),
        0,
        ServiceState.NONE);
  }

  public static Applied apply(ClusterState state, Command command) {
    if (!state.founded() && !(command instanceof Command.Found)) {
      return refused(state, NOT_FOUNDED);
    }
    return switch (command) {
      case Command.Found found -> found(state, found);
      case Command.Renew renew -> renew(state, renew);
      case Command.Adopt adopt -> adopt(state, adopt);
      case Command.Start start -> Operations.start(state, start);
      case Command.Advance advance -> Operations.advance(state, advance);
      case Command.Commit commit -> Operations.commit(state, commit);
      case Command.End end -> Operations.end(state, end);
      case Command.AllowLoss allow -> Operations.allowLoss(state, allow);
      case Command.Pause pause -> pause(state, pause);
      case Command.SetGoal set -> setGoal(state, set);
      case Command.SetSyncRule set -> setSyncRule(state, set);
      case Command.AskSync ask -> askSync(state, ask);
      case Command.SettleSync settle -> settleSync(state, settle);
      case Command.Calm calm -> calm(state, calm);
      case Command.SetMembers set -> setMembers(state, set);
      case Command.Enrol enrol -> enrol(state, enrol);
      case Command.OfGroup group -> GroupMachine.apply(state, group.command());
    };
  }

  static Applied refused(ClusterState state, String why) {
    return new Applied(state, why);
  }

  private static Applied found(ClusterState state, Command.Found found) {
    if (state.founded()) {
      return refused(state, "the cluster is founded already");
    }
    String wrong = wrongMembers(found.members());
    if (!wrong.isEmpty()) {
      return refused(state, wrong);
    }
    Draft draft = new Draft(state);
    draft.systemIdentifier = Command.cut(found.systemIdentifier());
    for (Command.Found.Node node : found.nodes()) {
      if (draft.nodes.put(node.id(), fresh(node)) != null) {
        return refused(state, node.id() + " is named twice");
      }
    }
    found.members().forEach(member -> draft.members.put(member.id(), member));
    draft.sync = found.sync();
    return draft.tell(found.why(), "founded");
  }

  private static NodeState fresh(Command.Found.Node node) {
    return new NodeState(
        node.goal() == Goal.PRIMARY ? Goal.STANDBY : node.goal(),
        node.priority(),
        node.mayFailOver(),
        NodeReport.NONE,
        new TreeMap<>());
  }

  private static String wrongMembers(List<Member> members) {
    if (members.isEmpty() || members.size() > ClusterState.MOST_MEMBERS) {
      return "a cluster has 1 to " + ClusterState.MOST_MEMBERS + " members";
    }
    Set<MemberId> names = new HashSet<>();
    Set<BackendId> served = new HashSet<>();
    for (Member member : members) {
      if (!names.add(member.id())) {
        return "member " + member.id() + " is named twice";
      }
      for (BackendId node : member.agentOf()) {
        if (!served.add(node)) {
          return node + " has two agents";
        }
      }
    }
    return "";
  }

  private static Applied renew(ClusterState state, Command.Renew renew) {
    Member member = state.members().get(renew.member());
    if (member == null) {
      return refused(state, renew.member() + " is not a member");
    }
    Lease before = state.leases().getOrDefault(renew.member(), new Lease(0, 0, 0, 0, 0));
    if (renew.seq() <= before.seq()) {
      return refused(state, "renewal " + renew.seq() + " is older than " + before.seq());
    }
    Draft draft = new Draft(state);
    boolean granted = renew.lengthMs() == 0 || mayExtend(state, renew);
    draft.leases.put(
        renew.member(),
        new Lease(
            granted ? renew.run() : before.run(),
            renew.seq(),
            granted ? renew.seq() : before.granted(),
            granted ? renew.lengthMs() : before.lengthMs(),
            renew.gateEpoch()));
    for (Command.Renew.Observed seen : renew.sights()) {
      draft.nodes.computeIfPresent(
          seen.node(), (_, node) -> node.seen(renew.member(), seen.sight()));
    }
    for (Command.Renew.Reported told : renew.reports()) {
      if (member.agentOf().contains(told.node())) {
        draft.nodes.computeIfPresent(told.node(), (_, node) -> node.withReport(told.report()));
        draft.primary = draft.primary.map(primary -> heard(primary, told));
        draft.lastTimeline = Math.max(draft.lastTimeline, told.report().timeline());
      }
    }
    Operations.hear(draft);
    return draft.quietly();
  }

  /// While clients must be held, only who holds them is given more time.
  private static boolean mayExtend(ClusterState state, Command.Renew renew) {
    if (state.operation().isEmpty()) {
      return true;
    }
    Operation operation = state.operation().get();
    boolean awaited =
        operation.phase() == Operation.Phase.HOLD && operation.kind() == Operation.Kind.SWITCHOVER;
    return !operation.phase().holds() || awaited || renew.gateEpoch() >= operation.gateEpoch();
  }

  private static Primary heard(Primary primary, Command.Renew.Reported told) {
    NodeReport report = told.report();
    if (!told.node().equals(primary.node()) || report.condition() != Condition.PRIMARY) {
      return primary;
    }
    Lsn far =
        report.received().compareTo(primary.lastSeen()) > 0
            ? report.received()
            : primary.lastSeen();
    return new Primary(
        primary.node(),
        primary.epoch(),
        report.timeline(),
        primary.promotedAt(),
        far,
        report.life().after(primary.node(), primary.lives()));
  }

  private static Applied adopt(ClusterState state, Command.Adopt adopt) {
    if (state.primary().isPresent()) {
      return refused(state, state.primary().get().node() + " is the primary");
    }
    if (state.epoch() != adopt.epoch()) {
      return Operations.otherEpoch(state, adopt.epoch());
    }
    if (state.operation().isPresent()) {
      return Operations.running(state);
    }
    NodeState node = state.nodes().get(adopt.node());
    if (node == null || node.goal() != Goal.STANDBY) {
      return refused(state, adopt.node() + " is not there or not to be used");
    }
    Draft draft = new Draft(state);
    draft.epoch++;
    draft.goal(adopt.node(), Goal.PRIMARY);
    draft.primary =
        Optional.of(
            new Primary(
                adopt.node(),
                draft.epoch,
                adopt.timeline(),
                adopt.at(),
                adopt.at(),
                Succession.NONE));
    draft.standing = new SyncStanding(state.standing().number() + 1, SyncSet.NONE, SyncSet.NONE);
    return draft.tell(adopt.why(), adopt.node() + " is the primary");
  }

  private static Applied pause(ClusterState state, Command.Pause pause) {
    if (state.paused() == pause.paused()) {
      return refused(state, pause.paused() ? "paused already" : "not paused");
    }
    Draft draft = new Draft(state);
    draft.paused = pause.paused();
    return draft.tell(pause.why(), pause.paused() ? "paused" : "resumed");
  }

  private static Applied setGoal(ClusterState state, Command.SetGoal set) {
    NodeState node = state.nodes().get(set.node());
    if (node == null) {
      return refused(state, set.node() + " is not configured");
    }
    if (state.operation().isPresent()) {
      return Operations.running(state);
    }
    boolean primary = state.primary().map(now -> now.node().equals(set.node())).orElse(false);
    if (primary && set.goal() != Goal.PRIMARY) {
      return refused(state, set.node() + " is the primary: switch over first");
    }
    if (!primary && set.goal() == Goal.PRIMARY) {
      return refused(state, set.node() + " becomes the primary by a switchover only");
    }
    Draft draft = new Draft(state);
    draft.nodes.put(set.node(), node.withGoal(set.goal(), Math.max(0, set.priority())));
    return draft.tell(
        set.why(), "%s to be %s, priority %d".formatted(set.node(), set.goal(), set.priority()));
  }

  private static Applied setSyncRule(ClusterState state, Command.SetSyncRule set) {
    if (state.operation().isPresent()) {
      return Operations.running(state);
    }
    if (state.sync().equals(set.rule())) {
      return refused(state, "so it is already");
    }
    Draft draft = new Draft(state);
    draft.sync = set.rule();
    return draft.tell(
        set.why(), "commits: %s, %d standbys".formatted(set.rule().mode(), set.rule().need()));
  }

  private static Applied askSync(ClusterState state, Command.AskSync ask) {
    if (state.operation().isPresent()) {
      return Operations.running(state);
    }
    if (ask.number() != state.standing().number() + 1) {
      return refused(state, "number " + ask.number() + " is not the next one");
    }
    boolean known = state.nodes().keySet().containsAll(ask.set().names());
    boolean itself =
        state.primary().map(now -> ask.set().names().contains(now.node())).orElse(true);
    if (!known || itself) {
      return refused(state, "a primary waits for other known servers only");
    }
    Draft draft = new Draft(state);
    draft.standing =
        new SyncStanding(ask.number(), ask.set(), state.standing().counted().covering(ask.set()));
    return draft.tell(
        ask.why(), "commits wait for %d of %s".formatted(ask.set().need(), ask.set().names()));
  }

  private static Applied settleSync(ClusterState state, Command.SettleSync settle) {
    SyncStanding standing = state.standing();
    if (state.operation().isPresent()) {
      return Operations.running(state);
    }
    if (settle.number() != standing.number() || standing.settled()) {
      return refused(state, "nothing to settle under number " + settle.number());
    }
    boolean told =
        state
            .primary()
            .map(primary -> state.nodes().get(primary.node()))
            .map(NodeState::report)
            .filter(report -> report.condition() == Condition.PRIMARY)
            .map(report -> report.syncNumber() == settle.number())
            .orElse(false);
    if (!told) {
      return refused(state, "the primary has not said so");
    }
    Draft draft = new Draft(state);
    draft.standing = new SyncStanding(standing.number(), standing.asked(), standing.asked());
    return draft.tell(settle.why(), "waiting for " + standing.asked().names() + " is settled");
  }

  private static Applied calm(ClusterState state, Command.Calm calm) {
    if (state.failoversSinceCalm() == 0 || calm.failovers() != state.failoversSinceCalm()) {
      return refused(state, "there were " + state.failoversSinceCalm() + " failovers");
    }
    Draft draft = new Draft(state);
    draft.failoversSinceCalm = 0;
    return draft.tell(calm.why(), "calm again");
  }

  private static Applied setMembers(ClusterState state, Command.SetMembers set) {
    if (state.operation().isPresent()) {
      return Operations.running(state);
    }
    String wrong = wrongMembers(set.members());
    if (!wrong.isEmpty()) {
      return refused(state, wrong);
    }
    Draft draft = new Draft(state);
    draft.members.clear();
    set.members().forEach(member -> draft.members.put(member.id(), member));
    draft.nodes.replaceAll((_, node) -> seenBy(node, draft.members.keySet()));
    return draft.tell(set.why(), "members are " + draft.members.keySet());
  }

  private static Applied enrol(ClusterState state, Command.Enrol enrol) {
    if (state.operation().isPresent()) {
      return Operations.running(state);
    }
    Draft draft = new Draft(state);
    draft.members.put(enrol.member().id(), enrol.member());
    String wrong = wrongMembers(List.copyOf(draft.members.values()));
    if (!wrong.isEmpty()) {
      return refused(state, wrong);
    }
    for (Command.Found.Node node : enrol.nodes()) {
      draft.nodes.putIfAbsent(node.id(), fresh(node));
    }
    if (draft.nodes.size() > MOST_NODES) {
      return refused(state, "a cluster has at most " + MOST_NODES + " servers");
    }
    boolean same =
        enrol.member().equals(state.members().get(enrol.member().id()))
            && draft.nodes.size() == state.nodes().size();
    return same
        ? refused(state, enrol.member().id() + " is enrolled already")
        : draft.tell(
            enrol.why(), enrol.member().id() + " is a member, servers " + draft.nodes.keySet());
  }

  private static NodeState seenBy(NodeState node, Set<MemberId> members) {
    TreeMap<MemberId, Sight> sights = new TreeMap<>(node.observed());
    sights.keySet().retainAll(members);
    return new NodeState(node.goal(), node.priority(), node.mayFailOver(), node.report(), sights);
  }
}
