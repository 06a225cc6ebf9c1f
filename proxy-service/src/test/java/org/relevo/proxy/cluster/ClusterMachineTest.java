package org.relevo.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.cluster.States.WHY;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.NodeState.Sight;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// Each command but those of operations: what it changes and when it is refused.
class ClusterMachineTest {
  private static final BackendId NODE0 = new BackendId(0);
  private static final BackendId NODE1 = new BackendId(1);
  private static final BackendId NODE9 = new BackendId(9);

  @Test
  void nothingCountsBeforeTheClusterIsFounded() {
    Applied applied = ClusterMachine.apply(ClusterMachine.initial(), new Command.Pause(true, WHY));
    assertThat(applied.refusal()).contains("not founded");
    assertThat(applied.state()).isEqualTo(ClusterMachine.initial());
  }

  @Test
  void onlyTheFirstFoundationCounts() {
    States states = States.of(2, States.quorum(1));
    assertThat(states.state().members()).hasSize(3);
    assertThat(states.state().nodes().get(NODE1).goal()).isEqualTo(Goal.STANDBY);
    assertThat(states.state().epoch()).isZero();
    assertThat(
            states.tries(
                new Command.Found("2", List.of(member("x")), List.of(), States.quorum(1), WHY)))
        .contains("already");
  }

  @Test
  void aFoundationThatContradictsItselfIsRefused() {
    Command.Found.Node node = new Command.Found.Node(NODE0, 1, Goal.STANDBY, true);
    assertThat(found(List.of(), List.of(node))).contains("1 to 7 members");
    assertThat(found(List.of(member("a"), member("a")), List.of())).contains("named twice");
    assertThat(found(List.of(member("a")), List.of(node, node))).contains("named twice");
    Member one = States.member("a", Member.Kind.SERVICE, 0);
    Member other = States.member("b", Member.Kind.SERVICE, 0);
    assertThat(found(List.of(one, other), List.of())).contains("two agents");
  }

  private static String found(List<Member> members, List<Command.Found.Node> nodes) {
    return ClusterMachine.apply(
            ClusterMachine.initial(), new Command.Found("1", members, nodes, States.quorum(1), WHY))
        .refusal();
  }

  private static Member member(String name) {
    return States.member(name, Member.Kind.SERVICE);
  }

  @Test
  void aRenewalExtendsTheLeaseAndTellsNews() {
    States states = States.running(2, States.quorum(1)).sees("w", 0, Sight.DOWN);
    ClusterState state = states.state();
    assertThat(state.nodes().get(NODE0).observed()).containsEntry(new MemberId("w"), Sight.DOWN);
    assertThat(state.leases().get(new MemberId("w"))).isEqualTo(new Lease(1, 2, 2, 3000, 0));
    assertThat(state.primary().orElseThrow().lastSeen()).isEqualTo(new Lsn(1000));
    states.reports(0, NodeReport.of(Condition.PRIMARY, 1, new Lsn(2000), -1));
    states.reports(0, NodeReport.of(Condition.PRIMARY, 1, new Lsn(1500), -1));
    assertThat(states.state().primary().orElseThrow().lastSeen()).isEqualTo(new Lsn(2000));
  }

  @Test
  void anOlderRenewalIsRefused() {
    States states = States.of(2, States.quorum(1));
    Command.Renew again = renew("m0", 1);
    assertThat(states.tries(again)).contains("older");
    assertThat(states.tries(renew("stranger", 5))).contains("not a member");
  }

  private static Command.Renew renew(String member, long seq) {
    return new Command.Renew(new MemberId(member), 1, seq, 3000, 0, List.of(), List.of());
  }

  @Test
  void onlyItsAgentReportsAServer() {
    States states = States.running(2, States.quorum(1));
    NodeReport wrong = NodeReport.of(Condition.STOPPED, 9, Lsn.ZERO, -1);
    states.does(
        new Command.Renew(
            new MemberId("m1"),
            1,
            50,
            3000,
            0,
            List.of(
                new Command.Renew.Reported(NODE0, wrong), new Command.Renew.Reported(NODE9, wrong)),
            List.of(new Command.Renew.Observed(NODE9, Sight.UP))));
    assertThat(states.state().nodes().get(NODE0).report().condition()).isEqualTo(Condition.PRIMARY);
    assertThat(states.state().nodes()).doesNotContainKey(NODE9);
  }

  @Test
  void theFirstPrimaryIsAdoptedOnce() {
    States states = States.running(2, States.quorum(1));
    assertThat(states.state().epoch()).isEqualTo(1);
    assertThat(states.state().nodes().get(NODE0).goal()).isEqualTo(Goal.PRIMARY);
    assertThat(states.tries(new Command.Adopt(NODE1, 1, 1, Lsn.ZERO, WHY))).contains("node0");
    States fresh = States.of(2, States.quorum(1));
    assertThat(fresh.tries(new Command.Adopt(NODE1, 5, 1, Lsn.ZERO, WHY))).contains("epoch is 0");
    assertThat(fresh.tries(new Command.Adopt(NODE9, 0, 1, Lsn.ZERO, WHY))).contains("not there");
  }

  @Test
  void aPauseIsSetAndEnded() {
    States states = States.running(2, States.quorum(1));
    assertThat(states.tries(new Command.Pause(false, WHY))).isEqualTo("not paused");
    states.does(new Command.Pause(true, WHY));
    assertThat(states.state().paused()).isTrue();
    assertThat(states.tries(new Command.Pause(true, WHY))).isEqualTo("paused already");
  }

  @Test
  void goalsChangeButNotThePrimarys() {
    States states = States.running(2, States.quorum(1));
    states.does(new Command.SetGoal(NODE1, Goal.MAINTENANCE, 0, WHY));
    assertThat(states.state().nodes().get(NODE1).goal()).isEqualTo(Goal.MAINTENANCE);
    assertThat(states.tries(new Command.SetGoal(NODE0, Goal.DETACHED, 1, WHY)))
        .contains("switch over first");
    assertThat(states.tries(new Command.SetGoal(NODE1, Goal.PRIMARY, 1, WHY)))
        .contains("switchover");
    assertThat(states.tries(new Command.SetGoal(NODE9, Goal.STANDBY, 1, WHY)))
        .contains("not configured");
    states.does(new Command.SetGoal(NODE0, Goal.PRIMARY, 5, WHY));
    assertThat(states.state().nodes().get(NODE0).priority()).isEqualTo(5);
  }

  @Test
  void standbysThatCommitsWaitForChangeInASafeOrder() {
    States states = States.running(4, States.quorum(1));
    states.does(new Command.AskSync(2, States.set(1, 1, 2), WHY));
    assertThat(states.state().standing().counted()).isEqualTo(States.set(0, 1, 2));
    assertThat(states.tries(new Command.SettleSync(2, WHY))).contains("has not said so");
    states.reports(0, NodeReport.of(Condition.PRIMARY, 1, new Lsn(1000), -1).withSync(2));
    states.does(new Command.SettleSync(2, WHY));
    assertThat(states.state().standing().counted()).isEqualTo(States.set(1, 1, 2));
    // While another set is on its way, both count.
    states.does(new Command.AskSync(3, States.set(1, 2, 3), WHY));
    assertThat(states.state().standing().counted()).isEqualTo(States.set(1, 1, 2, 3));
    assertThat(states.tries(new Command.SettleSync(2, WHY))).contains("nothing to settle");
    assertThat(states.tries(new Command.AskSync(3, States.set(1, 1), WHY))).contains("next");
    assertThat(states.tries(new Command.AskSync(4, States.set(1, 0), WHY))).contains("other");
    assertThat(states.tries(new Command.AskSync(4, States.set(1, 9), WHY))).contains("known");
  }

  @Test
  void theRuleOfCommitsChanges() {
    States states = States.running(2, States.quorum(1));
    states.does(new Command.SetSyncRule(States.async(5), WHY));
    assertThat(states.state().sync()).isEqualTo(States.async(5));
    assertThat(states.tries(new Command.SetSyncRule(States.async(5), WHY))).contains("already");
  }

  @Test
  void calmIsNotSaidTwice() {
    States states = States.running(2, States.quorum(1));
    assertThat(states.tries(new Command.Calm(0, WHY))).contains("0 failovers");
  }

  @Test
  void membersChangeAndALeaseOfOneThatLeftStays() {
    States states = States.running(2, States.quorum(1)).sees("w", 0, Sight.DOWN);
    Member one = States.member("m0", Member.Kind.SERVICE, 0);
    states.does(new Command.SetMembers(List.of(one), WHY));
    assertThat(states.state().members()).hasSize(1);
    assertThat(states.state().leases()).containsKey(new MemberId("w"));
    assertThat(states.state().nodes().get(NODE0).observed()).isEmpty();
    assertThat(states.tries(new Command.SetMembers(List.of(), WHY))).contains("1 to 7");
  }

  @Test
  void theHistoryIsARing() {
    States states = States.running(2, States.quorum(1));
    for (int turn = 0; turn < 150; turn++) {
      states.does(new Command.Pause(true, WHY)).does(new Command.Pause(false, WHY));
    }
    List<HistoryEntry> history = states.state().history();
    assertThat(history).hasSize(ClusterState.MOST_HISTORY);
    assertThat(history.getLast())
        .isEqualTo(new HistoryEntry(1, 7, "test", "T-1", "resumed: because"));
  }

  @Test
  void textsAreCut() {
    String text = "x".repeat(500);
    assertThat(new Command.Why(0, text, "", text).text()).hasSize(200).endsWith("…");
    assertThat(NodeReport.of(Condition.BROKEN, 1, Lsn.ZERO, -1).because(text).reason())
        .hasSize(200);
  }
}
