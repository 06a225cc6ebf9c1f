package org.relevo.proxy.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.relevo.proxy.cluster.Command.Proof;
import org.relevo.proxy.cluster.Command.Why;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.NodeState.Sight;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.Operation.Phase;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// Builds states by the commands that make them: member `mN` is the agent of node N, `w` a witness.
/// Every command given here must take effect.
public final class States {
  public static final Why WHY = new Why(7, "test", "T-1", "because");

  private final TreeMap<MemberId, Long> seqs = new TreeMap<>();
  private ClusterState state = ClusterMachine.initial();
  private int operations;

  private States() {}

  /// Founded, with leases of all members, no primary yet.
  public static States of(int servers, SyncRule rule) {
    States states = new States();
    List<Member> members = new ArrayList<>();
    List<Command.Found.Node> nodes = new ArrayList<>();
    for (int server = 0; server < servers; server++) {
      members.add(member("m" + server, Member.Kind.SERVICE, server));
      nodes.add(new Command.Found.Node(new BackendId(server), 100, Goal.STANDBY, true));
    }
    members.add(member("w", Member.Kind.WITNESS));
    states.does(new Command.Found("1", members, nodes, rule, WHY));
    members.forEach(member -> states.renews(member.id().value(), 0));
    return states;
  }

  /// Node 0 is the primary at 1000, the others follow it at 900.
  public static States running(int servers, SyncRule rule) {
    States states = of(servers, rule);
    states.reports(0, NodeReport.of(Condition.PRIMARY, 1, new Lsn(1000), -1));
    for (int server = 1; server < servers; server++) {
      states.reports(server, NodeReport.of(Condition.STANDBY, 1, new Lsn(900), 0));
    }
    return states.does(new Command.Adopt(new BackendId(0), 0, 1, new Lsn(1000), WHY));
  }

  /// Commits wait for `need` of these, and that is settled.
  public States settled(int need, int... names) {
    long number = state.standing().number() + 1;
    does(new Command.AskSync(number, set(need, names), WHY));
    reports(0, state.nodes().get(new BackendId(0)).report().withSync(number));
    return does(new Command.SettleSync(number, WHY));
  }

  public static SyncSet set(int need, int... names) {
    return new SyncSet(need, nodes(names));
  }

  public static SortedSet<BackendId> nodes(int... numbers) {
    TreeSet<BackendId> set = new TreeSet<>();
    Arrays.stream(numbers).forEach(number -> set.add(new BackendId(number)));
    return set;
  }

  public static Member member(String name, Member.Kind kind, int... nodes) {
    return new Member(new MemberId(name), kind, "127.0.0.1", 1, nodes(nodes));
  }

  public static SyncRule quorum(int need) {
    return new SyncRule(SyncRule.Mode.QUORUM, need, false, 0);
  }

  public static SyncRule async(long bound) {
    return new SyncRule(SyncRule.Mode.ASYNC, 0, false, bound);
  }

  public ClusterState state() {
    return state;
  }

  public Operation operation() {
    return state.operation().orElseThrow();
  }

  public States does(Command command) {
    Applied applied = ClusterMachine.apply(state, command);
    if (applied.refused()) {
      throw new AssertionError(command + " is refused: " + applied.refusal());
    }
    state = applied.state();
    return this;
  }

  /// @return why it is refused; "" when it would take effect. Changes nothing.
  public String tries(Command command) {
    return ClusterMachine.apply(state, command).refusal();
  }

  private long next(String member) {
    return seqs.merge(new MemberId(member), 1L, Long::sum);
  }

  public States renews(String member, long gateEpoch) {
    return does(
        new Command.Renew(
            new MemberId(member), 1, next(member), 3000, gateEpoch, List.of(), List.of()));
  }

  public States reports(int node, NodeReport report) {
    String member = "m" + node;
    long gate =
        Optional.ofNullable(state.leases().get(new MemberId(member)))
            .map(Lease::gateEpoch)
            .orElse(0L);
    return does(
        new Command.Renew(
            new MemberId(member),
            1,
            next(member),
            3000,
            gate,
            List.of(new Command.Renew.Reported(new BackendId(node), report)),
            List.of()));
  }

  public States sees(String member, int node, Sight sight) {
    return does(
        new Command.Renew(
            new MemberId(member),
            1,
            next(member),
            3000,
            0,
            List.of(),
            List.of(new Command.Renew.Observed(new BackendId(node), sight))));
  }

  public States starts(Kind kind, int to, long allowedLoss) {
    operations++;
    int from = state.primary().map(now -> now.node().value()).orElse(-1);
    return does(
        new Command.Start(
            Operation.beginning(
                "op" + operations, kind, from, to, allowedLoss, Operation.AUTOMATIC, "test"),
            state.epoch(),
            WHY));
  }

  public States advances(Phase next) {
    return does(advance(next, Proof.NONE));
  }

  public Command.Advance advance(Phase next, Proof proof) {
    return new Command.Advance(operation().id(), operation().phase(), next, proof, WHY);
  }

  public States holdAll() {
    long gate = operation().gateEpoch();
    state.members().keySet().forEach(member -> renews(member.value(), gate));
    return this;
  }

  public static Proof over(String member, long granted) {
    TreeMap<MemberId, Long> over = new TreeMap<>();
    over.put(new MemberId(member), granted);
    return new Proof(over, false);
  }

  public long granted(String member) {
    return state.leases().get(new MemberId(member)).granted();
  }

  /// Node 0's operation up to COLLECT; it has stopped at `at`, ZERO when its end is not known.
  public States collecting(Kind kind, Lsn at) {
    starts(kind, -1, -1);
    if (kind == Kind.SWITCHOVER) {
      advances(Phase.HOLD);
    }
    holdAll().advances(Phase.DEMOTE);
    reports(0, NodeReport.of(Condition.STOPPED, 1, at, -1).withGate(operation().gateEpoch()));
    return advances(Phase.COLLECT);
  }

  public States stands(int node, long at) {
    return reports(
        node,
        NodeReport.of(Condition.RECEIVER_STOPPED, 1, new Lsn(at), 0)
            .withGate(operation().gateEpoch()));
  }

  public Command.Commit commit(int to, long at, Proof proof) {
    return new Command.Commit(
        operation().id(), new BackendId(to), new Lsn(at), state.epoch(), SyncSet.NONE, proof, WHY);
  }
}
