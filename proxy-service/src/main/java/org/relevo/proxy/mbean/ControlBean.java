package org.relevo.proxy.mbean;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.ControlEntry;
import org.relevo.jmx.contract.ControlMXBean;
import org.relevo.jmx.contract.ControlMember;
import org.relevo.jmx.contract.ControlNode;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Lease;
import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.NodeState;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.cluster.Primary;
import org.relevo.proxy.consensus.ClusterLog.Leadership;
import org.relevo.proxy.consensus.Quorum;
import org.relevo.proxy.consensus.QuorumMember;
import org.relevo.proxy.consensus.QuorumStatus;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.member.ClusterMember;
import org.relevo.proxy.member.Schedule;

/// What the members have agreed on. Owner: none; [ClusterMember] is thread-safe.
final class ControlBean implements ControlMXBean {
  private static final int MOST_PRIORITY = 100;

  private final ClusterMember member;
  private final Schedule schedule;
  private final Supplier<String> actor;

  ControlBean(ClusterMember member, Schedule schedule, Supplier<String> actor) {
    this.member = member;
    this.schedule = schedule;
    this.actor = actor;
  }

  @Override
  public ControlStatus getStatus() {
    ClusterState state = member.state().orElse(null);
    Leadership leadership = member.leadership();
    Optional<QuorumStatus> quorum = member.quorum().map(Quorum::status);
    Optional<Operation> operation = shared(state, ClusterState::operation);
    Optional<Primary> primary = shared(state, ClusterState::primary);
    return new ControlStatus(
        member.self().value(),
        quorum.isEmpty(),
        leadership.leader().map(MemberId::value).orElse(""),
        leadership.term(),
        member.writesForMs(),
        state != null && state.founded(),
        state != null && state.paused(),
        state == null ? 0 : state.epoch(),
        primary.map(now -> now.node().value()).orElse(-1),
        primary.map(Primary::timeline).orElse(-1L),
        state == null ? "" : lower(state.sync().mode()),
        state == null ? 0 : state.standing().asked().need(),
        state == null
            ? List.of()
            : state.standing().asked().names().stream().map(BackendId::value).toList(),
        state != null && state.standing().settled(),
        operation.map(Operation::id).orElse(""),
        operation.map(now -> lower(now.kind())).orElse(""),
        operation.map(now -> lower(now.phase())).orElse(""),
        schedule.entry().map(Schedule.Entry::atEpochMs).orElse(-1L),
        schedule.entry().map(Schedule.Entry::to).orElse(-1),
        member.standing(),
        quorum.map(QuorumStatus::trouble).orElse(""),
        members(state, leadership, quorum),
        nodes(state));
  }

  private static <T> Optional<T> shared(
      @Nullable ClusterState state, Function<ClusterState, Optional<T>> part) {
    return state == null ? Optional.empty() : part.apply(state);
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  private List<ControlMember> members(
      @Nullable ClusterState state, Leadership leadership, Optional<QuorumStatus> quorum) {
    if (state == null) {
      return List.of();
    }
    Map<MemberId, Long> contacts =
        quorum.stream()
            .flatMap(status -> status.peers().stream())
            .collect(
                Collectors.toMap(
                    QuorumStatus.Peer::id, QuorumStatus.Peer::contactMs, (first, _) -> first));
    List<ControlMember> members = new ArrayList<>();
    for (Member each : state.members().values()) {
      Lease lease = state.leases().get(each.id());
      members.add(
          new ControlMember(
              each.id().value(),
              lower(each.kind()),
              each.host().isEmpty() ? "" : each.host() + ":" + each.port(),
              each.id().equals(member.self()),
              leadership.leader().filter(each.id()::equals).isPresent(),
              each.agentOf().stream().map(BackendId::value).toList(),
              lease != null && lease.lengthMs() > 0,
              contacts.getOrDefault(each.id(), -1L)));
    }
    return members;
  }

  private static List<ControlNode> nodes(@Nullable ClusterState state) {
    if (state == null) {
      return List.of();
    }
    List<ControlNode> nodes = new ArrayList<>();
    state
        .nodes()
        .forEach((id, node) ->
            nodes.add(
                new ControlNode(
                    id.value(),
                    lower(node.goal()),
                    lower(node.report().condition()).replace('_', ' '),
                    state.agentOf(id).map(MemberId::value).orElse(""),
                    node.priority(),
                    node.report().timeline(),
                    node.report().received().toString(),
                    node.report().follows(),
                    seen(node),
                    node.report().reason())));
    return nodes;
  }

  private static String seen(NodeState node) {
    return node.observed().entrySet().stream()
        .map(entry -> entry.getKey() + " " + lower(entry.getValue()))
        .collect(joining(", "));
  }

  @Override
  public List<ControlEntry> getHistory() {
    return member
        .state()
        .map(state ->
            state.history().reversed().stream()
                .map(entry ->
                    new ControlEntry(
                        entry.epoch(), entry.atEpochMs(), entry.actor(), entry.row(), entry.text()))
                .toList())
        .orElseGet(List::of);
  }

  @Override
  public String failover(int toNodeId, long allowedLossBytes, boolean dryRun, String reason) {
    if (toNodeId < -1) {
      throw new IllegalArgumentException(
          "node " + toNodeId + " does not exist; -1 is the furthest");
    }
    ClusterMember.Answer answer =
        Asked.of(
            member.ask(
                Operation.Kind.FAILOVER,
                toNodeId,
                Math.max(-1, allowedLossBytes),
                dryRun,
                actor.get(),
                reason));
    if (!answer.refusal().isEmpty()) {
      throw new IllegalStateException(answer.refusal());
    }
    return answer.operation();
  }

  @Override
  public void scheduleSwitchover(int toNodeId, long atEpochMs, String reason) {
    boolean known =
        toNodeId == -1
            || (toNodeId >= 0
                && member
                    .state()
                    .filter(state -> state.nodes().containsKey(new BackendId(toNodeId)))
                    .isPresent());
    if (!known) {
      throw new IllegalArgumentException("there is no node " + toNodeId + "; -1 is the best");
    }
    schedule.set(new Schedule.Entry(atEpochMs, toNodeId, actor.get(), reason));
  }

  @Override
  public void cancelScheduled() {
    schedule.cancel();
  }

  @Override
  public void maintenance(boolean on, String reason) {
    Asked.done(member.propose(new Command.Pause(on, why(reason))));
  }

  @Override
  public void node(int nodeId, String goal, int priority, String reason) {
    Goal wanted =
        switch (goal) {
          case "standby" -> Goal.STANDBY;
          case "detached" -> Goal.DETACHED;
          case "maintenance" -> Goal.MAINTENANCE;
          default ->
              throw new IllegalArgumentException(
                  "a goal is standby, detached or maintenance, not '" + goal + "'");
        };
    if (priority < 0 || priority > MOST_PRIORITY) {
      throw new IllegalArgumentException("a priority is 0 to 100, not " + priority);
    }
    Asked.done(
        member.propose(new Command.SetGoal(new BackendId(nodeId), wanted, priority, why(reason))));
  }

  @Override
  public void removeMember(String name, String reason) {
    ClusterState state =
        member.state().orElseThrow(() -> new IllegalStateException("there is no state yet"));
    Member leaving = state.members().get(new MemberId(name));
    if (leaving == null) {
      throw new IllegalArgumentException(
          "there is no member '%s'; use one of %s".formatted(name, state.members().keySet()));
    }
    if (!leaving.agentOf().isEmpty()) {
      throw new IllegalStateException(
          "%s controls %s: let another member do so first, or take the servers out of its file"
              .formatted(name, leaving.agentOf()));
    }
    List<Member> others =
        state.members().values().stream().filter(each -> !each.equals(leaving)).toList();
    Asked.done(member.propose(new Command.SetMembers(others, why(reason))));
    List<QuorumMember> voters =
        others.stream()
            .map(each -> new QuorumMember(each.id(), each.kind(), each.host(), each.port()))
            .toList();
    Asked.of(theQuorum().changeMembers(voters).thenApply(_ -> "").toCompletableFuture());
  }

  private Quorum theQuorum() {
    return member
        .quorum()
        .orElseThrow(() -> new IllegalStateException("this service is alone: there is no quorum"));
  }

  @Override
  public void stepDown(String to) {
    Quorum quorum = theQuorum();
    ClusterState state =
        member.state().orElseThrow(() -> new IllegalStateException("there is no state yet"));
    MemberId leader =
        member
            .leadership()
            .leader()
            .orElseThrow(() -> new IllegalStateException("no member leads at present"));
    if (!to.isEmpty() && !state.members().containsKey(new MemberId(to))) {
      throw new IllegalArgumentException(
          "there is no member '%s'; use one of %s".formatted(to, state.members().keySet()));
    }
    MemberId next =
        to.isEmpty()
            ? NextLeader.of(state, leader, quorum.status())
                .orElseThrow(() -> new IllegalStateException("there is no other member"))
            : new MemberId(to);
    if (next.equals(leader)) {
      throw new IllegalStateException(leader + " leads already");
    }
    Asked.of(quorum.transferLeadership(next).thenApply(_ -> "").toCompletableFuture());
  }

  private Command.Why why(String reason) {
    return new Command.Why(System.currentTimeMillis(), actor.get(), "", reason);
  }
}
