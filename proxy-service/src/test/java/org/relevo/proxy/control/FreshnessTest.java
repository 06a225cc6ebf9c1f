package org.relevo.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.States;
import org.relevo.proxy.control.Freshness.Candidates;
import org.relevo.proxy.control.Freshness.Choice;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// Who may be promoted.
class FreshnessTest {
  private final Freshness freshness = new Freshness();

  private Optional<Integer> chosen(States states) {
    return freshness
        .choose(states.state(), states.operation(), _ -> true)
        .map(Choice::node)
        .map(BackendId::value);
  }

  private static States quorum(int servers, int need, int... names) {
    return States.running(servers, States.quorum(need)).settled(need, names);
  }

  @Test
  void oneOfTwoThatAcknowledgeIsNotEnough() {
    States states = quorum(3, 1, 1, 2).collecting(Kind.FAILOVER, Lsn.ZERO).stands(1, 950);
    assertThat(chosen(states)).isEmpty();
    assertThat(chosen(states.stands(2, 940))).contains(1);
  }

  @Test
  void whenAllMustAcknowledgeOneIsEnough() {
    States states = quorum(3, 2, 1, 2).collecting(Kind.FAILOVER, Lsn.ZERO).stands(2, 950);
    assertThat(chosen(states)).contains(2);
  }

  @Test
  void theFurthestIsChosenThenThePriority() {
    States states = quorum(4, 1, 1, 2, 3);
    states.does(new Command.SetGoal(new BackendId(2), Goal.STANDBY, 200, States.WHY));
    states.collecting(Kind.FAILOVER, Lsn.ZERO).stands(1, 950).stands(2, 940).stands(3, 950);
    assertThat(chosen(states)).contains(1);
    assertThat(chosen(states.stands(2, 950))).contains(2);
  }

  /// What is proven has all that was acknowledged; a paused replay would take for ever.
  @Test
  void oneThatIsPausedIsChosenLast() {
    States states = quorum(4, 1, 1, 2, 3).collecting(Kind.FAILOVER, Lsn.ZERO);
    states.stands(1, 940).stands(2, 940).reports(3, paused(states, 950));
    assertThat(chosen(states)).contains(3);
    // With two of three that acknowledge each commit, two reports prove the lesser ones too.
    states = quorum(4, 2, 1, 2, 3).collecting(Kind.FAILOVER, Lsn.ZERO);
    states.stands(1, 940).stands(2, 940).reports(3, paused(states, 950));
    assertThat(chosen(states)).contains(1);
    states.reports(1, paused(states, 940)).reports(2, paused(states, 940));
    assertThat(chosen(states)).contains(3);
  }

  /// Where something may be lost, the least loss counts first.
  @Test
  void withoutAcknowledgementsAPausedOneIsChosenWhenItHasMore() {
    States states = States.running(3, States.async(1000)).collecting(Kind.FAILOVER, Lsn.ZERO);
    states.stands(1, 950).reports(2, paused(states, 960));
    assertThat(chosen(states)).contains(2);
    states.reports(1, paused(states, 950)).stands(2, 950);
    assertThat(chosen(states)).contains(2);
  }

  private static NodeReport paused(States states, long at) {
    return NodeReport.of(Condition.RECEIVER_STOPPED, 1, new Lsn(at), 0)
        .withGate(states.operation().gateEpoch())
        .hinderedBy(NodeReport.Hindrance.REPLAY_PAUSED);
  }

  @Test
  void priorityZeroNeverLeadsButIsHeard() {
    States states = quorum(3, 1, 1, 2);
    states.does(new Command.SetGoal(new BackendId(1), Goal.STANDBY, 0, States.WHY));
    states.collecting(Kind.FAILOVER, Lsn.ZERO).stands(1, 950).stands(2, 940);
    assertThat(chosen(states)).isEmpty();
    assertThat(chosen(states.stands(2, 950))).contains(2);
  }

  @Test
  void aPositionOfAnotherOperationProvesNothing() {
    States states = quorum(2, 1, 1).collecting(Kind.FAILOVER, Lsn.ZERO);
    states.reports(1, NodeReport.of(Condition.RECEIVER_STOPPED, 1, new Lsn(950), 0).withGate(7));
    assertThat(chosen(states)).isEmpty();
    states.reports(1, NodeReport.of(Condition.STANDBY, 1, new Lsn(950), 0));
    assertThat(chosen(states)).isEmpty();
    assertThat(chosen(states.stands(1, 950))).contains(1);
  }

  @Test
  void nothingIsProvenBeforeItIsSettled() {
    States states = States.running(2, States.quorum(1));
    states.does(new Command.AskSync(2, States.set(1, 1), States.WHY));
    states.collecting(Kind.FAILOVER, Lsn.ZERO).stands(1, 5000);
    assertThat(chosen(states)).isEmpty();
  }

  @Test
  void aCleanStopIsAProofOfItsOwn() {
    States states = States.running(2, States.quorum(1)).collecting(Kind.SWITCHOVER, new Lsn(1000));
    assertThat(chosen(states.stands(1, 999))).isEmpty();
    assertThat(chosen(states.stands(1, 1000))).contains(1);
  }

  @Test
  void asyncLosesAtMostTheBound() {
    States states = States.running(2, States.async(60)).collecting(Kind.FAILOVER, Lsn.ZERO);
    assertThat(chosen(states.stands(1, 939))).isEmpty();
    assertThat(chosen(states.stands(1, 940))).contains(1);
  }

  @Test
  void aPersonMayAllowMore() {
    States states = States.running(2, States.async(0)).collecting(Kind.FAILOVER, Lsn.ZERO);
    states.stands(1, 900);
    assertThat(chosen(states)).isEmpty();
    states.does(new Command.AllowLoss(states.operation().id(), 100, States.WHY));
    assertThat(chosen(states)).contains(1);
  }

  /// Somebody promoted it: its timeline is newer, its history is not the cluster's.
  @Test
  void aForeignTimelineIsNoProof() {
    States states = quorum(2, 1, 1).collecting(Kind.FAILOVER, Lsn.ZERO);
    states.reports(
        1,
        NodeReport.of(Condition.RECEIVER_STOPPED, 2, new Lsn(5000), 0)
            .withGate(states.operation().gateEpoch()));
    assertThat(chosen(states)).isEmpty();
  }

  @Test
  void beforeItBeginsItIsKnownWhetherItCanSucceed() {
    States states = quorum(3, 1, 1, 2);
    assertThat(Freshness.candidates(states.state(), _ -> true)).isEqualTo(Candidates.PROVABLE);
    assertThat(Freshness.candidates(states.state(), node -> node.value() == 1))
        .isEqualTo(Candidates.UNPROVABLE);
    assertThat(Freshness.candidates(states.state(), _ -> false)).isEqualTo(Candidates.NONE);
    states.reports(1, NodeReport.of(Condition.REBUILDING, 1, new Lsn(1), 0));
    states.reports(2, NodeReport.of(Condition.DIVERGED, 1, new Lsn(1), 0));
    assertThat(Freshness.candidates(states.state(), _ -> true)).isEqualTo(Candidates.NONE);
  }
}
