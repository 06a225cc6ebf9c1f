package org.relevo.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.cluster.States.WHY;

import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.Command.Proof;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.Operation.Phase;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.Succession;

/// The commands of an operation: order of phases, what each needs, what is refused.
class OperationsTest {
  private static final BackendId NODE0 = new BackendId(0);
  private static final BackendId NODE1 = new BackendId(1);

  private static States running() {
    return States.running(3, States.quorum(1)).settled(1, 1, 2);
  }

  private static Command.Start start(Kind kind, int from, int to, long epoch) {
    return new Command.Start(
        Operation.beginning("x", kind, from, to, -1, Operation.AUTOMATIC, ""), epoch, WHY);
  }

  /// The end of the agent's lease says nothing of a server whose guard was told to wait.
  @Test
  void whatWasKeptOnThroughMaintenanceMustSayThatItStands() {
    States states = States.running(2, States.quorum(1)).settled(1, 1);
    NodeReport primary = states.state().nodes().get(new BackendId(0)).report();
    states.reports(0, primary.keptOn(true));
    states.starts(Kind.FAILOVER, -1, -1).holdAll().advances(Phase.DEMOTE);
    Command.Advance over = states.advance(Phase.COLLECT, States.over("m0", states.granted("m0")));
    assertThat(states.tries(over)).contains("may run on");
    states.reports(0, primary);
    assertThat(states.tries(states.advance(Phase.COLLECT, States.over("m0", states.granted("m0")))))
        .isEmpty();
  }

  @Test
  void eachOperationHasItsOwnGate() {
    States states = running().starts(Kind.FAILOVER, -1, -1);
    assertThat(states.operation().gateEpoch()).isEqualTo(1);
    states.does(new Command.End(states.operation().id(), Phase.HOLD, false, WHY));
    states.starts(Kind.FAILOVER, -1, -1);
    assertThat(states.operation().gateEpoch()).isEqualTo(2);
    assertThat(states.state().epoch()).isEqualTo(1);
  }

  @Test
  void aStartThatDoesNotFitIsRefused() {
    States states = running();
    assertThat(states.tries(start(Kind.FAILOVER, 0, -1, 9))).contains("epoch is 1");
    assertThat(states.tries(start(Kind.FAILOVER, 1, -1, 1))).contains("begin so");
    assertThat(states.tries(start(Kind.SWITCHOVER, 0, 0, 1))).contains("cannot be promoted");
    assertThat(states.tries(start(Kind.SWITCHOVER, 0, 9, 1))).contains("cannot be promoted");
    states.does(new Command.SetGoal(NODE1, Goal.STANDBY, 0, WHY));
    assertThat(states.tries(start(Kind.SWITCHOVER, 0, 1, 1))).contains("cannot be promoted");
    states.does(new Command.Pause(true, WHY));
    assertThat(states.tries(start(Kind.FAILOVER, 0, -1, 1))).isEqualTo("paused");
    states.does(new Command.Pause(false, WHY)).starts(Kind.FAILOVER, -1, -1);
    assertThat(states.tries(start(Kind.FAILOVER, 0, -1, 1))).contains("is running");
  }

  @Test
  void holdEndsWhenEachHoldsOrItsLeaseIsOver() {
    States states = running().starts(Kind.SWITCHOVER, 1, -1).advances(Phase.HOLD);
    long gate = states.operation().gateEpoch();
    states.renews("m0", gate).renews("m1", gate).renews("w", gate);
    assertThat(states.tries(states.advance(Phase.DEMOTE, Proof.NONE))).contains("m2");
    long granted = states.granted("m2");
    Command.Advance proven = states.advance(Phase.DEMOTE, States.over("m2", granted));
    assertThat(states.tries(proven)).isEmpty();
    // A renewal in between: what was waited out is not this lease any more.
    states.renews("m2", 0);
    assertThat(states.tries(proven)).contains("m2");
    states.renews("m2", gate).advances(Phase.DEMOTE);
  }

  @Test
  void whoDoesNotHoldInAFailoverGetsNoMoreTime() {
    States states = running().starts(Kind.FAILOVER, -1, -1);
    long granted = states.granted("m2");
    states.renews("m2", 0);
    assertThat(states.granted("m2")).isEqualTo(granted);
    assertThat(states.state().leases().get(new MemberId("m2")).seq()).isGreaterThan(granted);
    states.renews("m2", states.operation().gateEpoch());
    assertThat(states.granted("m2")).isGreaterThan(granted);
  }

  @Test
  void aRestartedMemberDoesNotPassForHolding() {
    States states = running().starts(Kind.SWITCHOVER, 1, -1).advances(Phase.HOLD).holdAll();
    states.renews("m2", 0);
    assertThat(states.tries(states.advance(Phase.DEMOTE, Proof.NONE))).contains("m2");
  }

  @Test
  void demoteEndsWhenTheServerStoppedForThisOperation() {
    States states = running().starts(Kind.FAILOVER, -1, -1).holdAll().advances(Phase.DEMOTE);
    long gate = states.operation().gateEpoch();
    states.reports(0, NodeReport.of(Condition.STOPPED, 1, Lsn.ZERO, -1));
    assertThat(states.tries(states.advance(Phase.COLLECT, Proof.NONE))).contains("node0");
    assertThat(states.tries(states.advance(Phase.COLLECT, States.over("m0", states.granted("m0")))))
        .isEmpty();
    assertThat(states.tries(states.advance(Phase.COLLECT, States.over("m0", 1)))).contains("node0");
    assertThat(states.tries(states.advance(Phase.COLLECT, new Proof(Proof.NONE.over(), true))))
        .isEmpty();
    states.reports(0, NodeReport.of(Condition.STOPPED, 1, Lsn.ZERO, -1).withGate(gate));
    states.advances(Phase.COLLECT);
  }

  @Test
  void phasesComeInOrder() {
    States states = running().starts(Kind.FAILOVER, -1, -1).holdAll();
    assertThat(states.tries(states.advance(Phase.COLLECT, Proof.NONE))).contains("come after");
    assertThat(
            states.tries(
                new Command.Advance(
                    states.operation().id(), Phase.DEMOTE, Phase.COLLECT, Proof.NONE, WHY)))
        .contains("is at HOLD");
    assertThat(
            states.tries(new Command.Advance("other", Phase.HOLD, Phase.DEMOTE, Proof.NONE, WHY)))
        .contains("not running");
  }

  @Test
  void theCommitNamesTheNextPrimary() {
    States states = running().collecting(Kind.FAILOVER, Lsn.ZERO).stands(1, 950);
    states.does(states.commit(1, 950, Proof.NONE));
    ClusterState state = states.state();
    assertThat(state.epoch()).isEqualTo(2);
    assertThat(state.primary().orElseThrow())
        .isEqualTo(new Primary(NODE1, 2, 2, new Lsn(950), new Lsn(950), Succession.NONE));
    assertThat(state.nodes().get(NODE0).goal()).isEqualTo(Goal.STANDBY);
    assertThat(state.nodes().get(NODE1).goal()).isEqualTo(Goal.PRIMARY);
    assertThat(state.failoversSinceCalm()).isEqualTo(1);
    assertThat(states.operation().before().orElseThrow().node()).isEqualTo(NODE0);
    // What counted still does, until clients are let go on.
    assertThat(state.standing().counted()).isEqualTo(States.set(1, 1, 2));
    assertThat(states.tries(states.advance(Phase.OPEN, Proof.NONE))).contains("come after");
    states.reports(2, NodeReport.of(Condition.PRIMARY, 2, new Lsn(960), -1));
    assertThat(states.operation().phase()).isEqualTo(Phase.PROMOTE);
    states.reports(1, NodeReport.of(Condition.PRIMARY, 2, new Lsn(960), -1));
    assertThat(states.operation().phase()).isEqualTo(Phase.OPEN);
    assertThat(states.state().standing().counted().need()).isZero();
    states.does(new Command.End(states.operation().id(), Phase.OPEN, true, WHY));
    assertThat(states.state().operation()).isEmpty();
    states.does(new Command.Calm(1, WHY));
    assertThat(states.state().failoversSinceCalm()).isZero();
  }

  @Test
  void aCandidateMustStandStillForThisOperation() {
    States states = running().collecting(Kind.FAILOVER, Lsn.ZERO);
    assertThat(states.tries(states.commit(1, 900, Proof.NONE))).contains("stand still");
    states.reports(1, NodeReport.of(Condition.RECEIVER_STOPPED, 1, new Lsn(900), 0).withGate(0));
    assertThat(states.tries(states.commit(1, 900, Proof.NONE))).contains("stand still");
    states.stands(1, 900);
    assertThat(states.tries(states.commit(1, 800, Proof.NONE))).contains("stand still");
    assertThat(states.tries(states.commit(1, 900, Proof.NONE))).isEmpty();
    assertThat(states.tries(states.commit(7, 900, Proof.NONE))).contains("cannot be promoted");
  }

  @Test
  void theNextCandidateNeedsTheFirstToBeGivenUp() {
    States states = running().collecting(Kind.FAILOVER, Lsn.ZERO).stands(1, 950).stands(2, 950);
    states.does(states.commit(1, 950, Proof.NONE));
    assertThat(states.tries(states.commit(2, 950, Proof.NONE))).contains("still be promoted");
    assertThat(states.tries(states.commit(2, 950, States.over("m1", states.granted("m1")))))
        .isEmpty();
    NodeReport stands = states.state().nodes().get(NODE1).report();
    states.reports(1, stands.refusing(1));
    assertThat(states.tries(states.commit(2, 950, Proof.NONE))).contains("still be promoted");
    states.reports(1, stands.refusing(2)).does(states.commit(2, 950, Proof.NONE));
    assertThat(states.state().primary().orElseThrow().timeline()).isEqualTo(3);
    assertThat(states.state().epoch()).isEqualTo(3);
    assertThat(states.operation().before().orElseThrow().node()).isEqualTo(NODE0);
    assertThat(states.state().failoversSinceCalm()).isEqualTo(1);
  }

  @Test
  void whoGaveUpMayTryAgainUnderANewEpoch() {
    States states = running().collecting(Kind.FAILOVER, Lsn.ZERO).stands(1, 950).stands(2, 950);
    states.does(states.commit(1, 950, Proof.NONE));
    assertThat(states.tries(states.commit(1, 950, Proof.NONE))).contains("not given up");
    NodeReport stands = states.state().nodes().get(NODE1).report();
    states.reports(1, stands.refusing(2));
    assertThat(states.tries(states.commit(1, 940, Proof.NONE))).contains("not given up");
    states.does(states.commit(1, 950, Proof.NONE));
    assertThat(states.state().epoch()).isEqualTo(3);
    assertThat(states.state().nodes().get(NODE1).goal()).isEqualTo(Goal.PRIMARY);
  }

  @Test
  void anOperationEndsOnlyWhereAllIsWell() {
    States states = running().collecting(Kind.SWITCHOVER, new Lsn(1000));
    String id = states.operation().id();
    assertThat(states.tries(new Command.End(id, Phase.COLLECT, false, WHY))).contains("end so");
    assertThat(states.tries(new Command.End(id, Phase.HOLD, false, WHY))).contains("at COLLECT");
    states.advances(Phase.RESTORE);
    assertThat(states.tries(new Command.End(id, Phase.RESTORE, true, WHY))).contains("end so");
    states.does(new Command.End(id, Phase.RESTORE, false, WHY));
    assertThat(states.state().primary().orElseThrow().node()).isEqualTo(NODE0);
    assertThat(states.state().epoch()).isEqualTo(1);
  }

  @Test
  void aLossIsAllowedOnlyBeforeTheDecision() {
    States states = running().collecting(Kind.FAILOVER, Lsn.ZERO).stands(1, 950);
    String id = states.operation().id();
    states.does(new Command.AllowLoss(id, 10, WHY));
    assertThat(states.operation().allowedLossBytes()).isEqualTo(10);
    assertThat(states.tries(new Command.AllowLoss("other", 10, WHY))).contains("not running");
    states.does(states.commit(1, 950, Proof.NONE));
    assertThat(states.tries(new Command.AllowLoss(id, 10, WHY))).contains("before");
  }

  @Test
  void nothingElseChangesMeanwhile() {
    States states = running().starts(Kind.FAILOVER, -1, -1);
    assertThat(states.tries(new Command.SetGoal(NODE1, Goal.DETACHED, 0, WHY)))
        .contains("is running");
    assertThat(states.tries(new Command.AskSync(3, SyncSet.NONE, WHY))).contains("is running");
    assertThat(states.tries(new Command.SettleSync(2, WHY))).contains("is running");
    assertThat(states.tries(new Command.SetSyncRule(States.async(0), WHY))).contains("is running");
  }
}
