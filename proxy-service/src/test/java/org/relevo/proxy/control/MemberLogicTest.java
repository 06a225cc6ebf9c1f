package org.relevo.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.ClusterMachine;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeReport.Hindrance;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.NodeState.Sight;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.Operation.Phase;
import org.relevo.proxy.cluster.States;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// One member, seen from outside: what comes in and what it asks for.
class MemberLogicTest {
  private static final BackendId NODE0 = new BackendId(0);
  private static final BackendId NODE1 = new BackendId(1);
  private static final NodeReport PRIMARY = NodeReport.of(Condition.PRIMARY, 1, new Lsn(1000), -1);

  private static final NodeReport STANDBY = NodeReport.of(Condition.STANDBY, 1, new Lsn(900), 0);

  private static Input told(NodeReport report) {
    return new Input.LocalReport(NODE0, report);
  }

  private static OneMember alone() {
    Command.Found found =
        new Command.Found(
            "1",
            List.of(States.member("m0", Member.Kind.SERVICE, 0)),
            List.of(new Command.Found.Node(NODE0, 100, Goal.STANDBY, true)),
            States.quorum(1),
            States.WHY);
    OneMember member =
        new OneMember(
            new ControlSettings(new MemberId("m0"), 9, Timing.DEFAULT, Optional.of(found), false),
            ClusterMachine.initial());
    member.feed(
        new Input.Led(
            new org.relevo.proxy.consensus.ClusterLog.Leadership(
                1, Optional.of(new MemberId("m0")), true)));
    member.feed(told(PRIMARY));
    member.pass(1000);
    return member;
  }

  @Test
  void aServiceAloneFoundsItsClusterAndServes() {
    OneMember member = alone();
    assertThat(member.state().primary().orElseThrow().node()).isEqualTo(NODE0);
    assertThat(member.effects).contains(new Effect.Serve(NODE0, 1));
    assertThat(member.effects).hasAtLeastOneElementOfType(Effect.WriteUntil.class);
  }

  @Test
  void aloneItStartsACrashedPrimaryInPlace() {
    OneMember member = alone();
    member.feed(told(NodeReport.of(Condition.STOPPED, 1, Lsn.ZERO, -1)));
    member.take(Effect.class);
    member.pass(1000);
    assertThat(member.take(Effect.Act.class)).isEmpty();
    member.pass(1500);
    assertThat(member.take(Effect.Act.class))
        .extracting(Effect.Act::action)
        .hasOnlyElementsOfType(NodeAction.Restart.class)
        .hasSize(1);
  }

  /// A start that is broken off by what can wait would cost a failover.
  @Test
  void aPrimaryThatIsSeenWhileItIsBeingStartedIsAskedForNothingElseBeforeThatHasEnded() {
    OneMember member = alone();
    member.feed(told(NodeReport.of(Condition.STOPPED, 1, Lsn.ZERO, -1)));
    member.pass(3000);
    Effect.Act restart = member.take(Effect.Act.class).getLast();
    assertThat(restart.action()).isInstanceOf(NodeAction.Restart.class);
    member.feed(told(PRIMARY));
    member.pass(1000);
    assertThat(member.take(Effect.Act.class)).isEmpty();

    member.feed(new Input.ActionEnded(NODE0, restart.actionId(), ""));
    assertThat(member.take(Effect.Act.class))
        .extracting(Effect.Act::action)
        .hasOnlyElementsOfType(NodeAction.SetSync.class)
        .hasSize(1);
  }

  /// The same start is broken off by what cannot wait.
  @Test
  void aStartIsBrokenOffWhenTheLeaseIsOver() {
    OneMember member = alone();
    member.feed(told(NodeReport.of(Condition.STOPPED, 1, Lsn.ZERO, -1)));
    member.pass(3000);
    assertThat(member.take(Effect.Act.class).getLast().action())
        .isInstanceOf(NodeAction.Restart.class);
    member.feed(told(PRIMARY));
    member.cutOff = true;
    member.pass(3000);
    assertThat(member.take(Effect.Act.class))
        .extracting(Effect.Act::action)
        .containsExactly(new NodeAction.Stop(true, 0));
  }

  /// It may lack log that the primary has no more: only trying again finds that out.
  @Test
  void aStandbyThatIsPointedToThePrimaryButDoesNotReceiveIsAskedToFollowAgain() {
    OneMember member = OneMember.leading("m1", States.running(2, States.quorum(1)).state());
    member.feed(new Input.LocalReport(NODE1, NodeReport.of(Condition.STOPPED, 1, Lsn.ZERO, -1)));
    member.pass(1000);
    Effect.Act follow = member.take(Effect.Act.class).getLast();
    assertThat(follow.action()).isInstanceOf(NodeAction.Follow.class);
    member.feed(new Input.LocalReport(NODE1, STANDBY));
    member.feed(new Input.ActionEnded(NODE1, follow.actionId(), "it does not stream"));
    member.pass(3000);
    Effect.Act again = member.take(Effect.Act.class).getLast();
    assertThat(again.action()).isEqualTo(follow.action());
    member.feed(new Input.ActionEnded(NODE1, again.actionId(), ""));
    member.pass(5000);
    assertThat(member.take(Effect.Act.class)).isEmpty();
  }

  @Test
  void whatAPersonStoppedIsNotStarted() {
    OneMember member = alone();
    member.feed(told(NodeReport.of(Condition.STOPPED, 1, Lsn.ZERO, -1).stoppedByHand()));
    member.take(Effect.class);
    member.pass(30_000);
    assertThat(member.take(Effect.Act.class)).isEmpty();
  }

  @Test
  void inAPauseNothingIsStarted() {
    OneMember member = alone();
    member.others(new Command.Pause(true, States.WHY));
    member.feed(told(NodeReport.of(Condition.STOPPED, 1, Lsn.ZERO, -1)));
    member.take(Effect.class);
    member.pass(10_000);
    assertThat(member.take(Effect.Act.class)).isEmpty();
    member.others(new Command.Pause(false, States.WHY));
    member.pass(100);
    assertThat(member.take(Effect.Act.class)).hasSize(1);
  }

  /// Without a majority the last deadline stands, and the server is stopped at it.
  @Test
  void whoCannotRenewStopsItsPrimary() {
    OneMember member = alone();
    member.cutOff = true;
    member.take(Effect.class);
    member.pass(1600);
    assertThat(member.take(Effect.Act.class)).isEmpty();
    member.pass(1000);
    assertThat(member.take(Effect.Act.class))
        .extracting(Effect.Act::action)
        .containsExactly(new NodeAction.Stop(true, 0));
    assertThat(member.take(Effect.WriteUntil.class)).isEmpty();
  }

  @Test
  void aFailedActionIsTriedAgainAndAPromotionGivenUp() {
    States states = States.running(2, States.quorum(1)).settled(1, 1);
    states.collecting(Kind.FAILOVER, Lsn.ZERO).stands(1, 950);
    states.does(states.commit(1, 950, Command.Proof.NONE));
    OneMember member = OneMember.leading("m1", states.state());
    NodeReport stands =
        NodeReport.of(Condition.RECEIVER_STOPPED, 1, new Lsn(950), 0)
            .withGate(states.operation().gateEpoch());
    member.feed(new Input.LocalReport(NODE1, stands));
    member.feed(new Input.Held(states.operation().gateEpoch()));
    for (int attempt = 0; attempt < 3; attempt++) {
      member.pass(2500);
      List<Effect.Act> asked = member.take(Effect.Act.class);
      assertThat(asked).hasSize(1);
      assertThat(asked.getFirst().action())
          .isEqualTo(new NodeAction.Promote(2, 2, 3, org.relevo.proxy.cluster.SyncSet.NONE));
      member.feed(new Input.ActionEnded(NODE1, asked.getFirst().actionId(), "no"));
    }
    // There is no other: the leader, the same member here, lets it try under a new epoch.
    member.pass(1000);
    assertThat(member.state().nodes().get(NODE1).report().refusedEpoch()).isEqualTo(2);
    assertThat(member.take(Effect.Act.class))
        .extracting(Effect.Act::action)
        .containsExactly(new NodeAction.Promote(3, 3, 4, org.relevo.proxy.cluster.SyncSet.NONE));
  }

  @Test
  void whatOnlyThisMemberDoesNotSeeItDoesWithout() {
    States states = States.running(3, States.quorum(1));
    states.sees("m1", 1, Sight.UP).sees("m2", 1, Sight.UP);
    OneMember member = OneMember.leading("m0", states.state());
    member.feed(new Input.Probed(NODE1, Sight.DOWN));
    assertThat(member.take(Effect.Quarantine.class))
        .extracting(Effect.Quarantine::on)
        .containsExactly(true);
    member.feed(new Input.Probed(NODE1, Sight.UP));
    assertThat(member.take(Effect.Quarantine.class))
        .extracting(Effect.Quarantine::on)
        .containsExactly(false);
    assertThat(member.state().operation()).isEmpty();
  }

  private static Input.Asked switchover(int to, boolean dryRun) {
    return new Input.Asked(5, Kind.SWITCHOVER, to, -1, dryRun, "ann", "why not");
  }

  @Test
  void aSwitchoverIsCheckedShownAndBegun() {
    States states = States.running(3, States.quorum(1));
    states.reports(2, NodeReport.of(Condition.REBUILDING, 1, new Lsn(1), 0));
    OneMember member = OneMember.leading("m0", states.state());
    member.feed(told(PRIMARY));
    member.feed(switchover(2, true));
    member.feed(switchover(0, true));
    member.feed(switchover(1, true));
    List<Effect.Answer> answers = member.take(Effect.Answer.class);
    assertThat(answers.get(0).refusal()).contains("REBUILDING");
    assertThat(answers.get(1).refusal()).contains("no standby");
    assertThat(answers.get(2).refusal()).isEmpty();
    assertThat(answers.get(2).steps()).hasSize(6);
    assertThat(member.state().operation()).isEmpty();

    member.feed(switchover(1, false));
    assertThat(member.take(Effect.Answer.class))
        .containsExactly(
            new Effect.Answer(5, "", member.state().operation().orElseThrow().id(), List.of()));
    assertThat(member.state().operation().orElseThrow().phase()).isEqualTo(Phase.CHECKPOINT);
    member.feed(switchover(1, false));
    assertThat(member.take(Effect.Answer.class).getFirst().refusal()).contains("is running");
  }

  @Test
  void aTargetThatIsHinderedOrNotSeenIsRefused() {
    States states = States.running(3, States.quorum(1));
    states.reports(1, STANDBY.hinderedBy(Hindrance.REPLAY_PAUSED));
    states.reports(2, STANDBY.hinderedBy(Hindrance.BASE_BACKUP));
    OneMember member = OneMember.leading("m0", states.state());
    member.feed(told(PRIMARY));
    member.feed(switchover(1, false));
    member.feed(switchover(2, false));
    member.feed(switchover(-1, false));
    List<Effect.Answer> answers = member.take(Effect.Answer.class);
    assertThat(answers.get(0).refusal()).contains("replay is paused");
    assertThat(answers.get(1).refusal()).contains("a base backup");
    assertThat(answers.get(2).refusal()).isNotEmpty();

    States unseen = States.running(3, States.quorum(1)).sees("m2", 1, Sight.DOWN);
    member = OneMember.leading("m0", unseen.state());
    member.feed(told(PRIMARY));
    member.feed(switchover(1, true));
    member.feed(switchover(2, true));
    answers = member.take(Effect.Answer.class);
    assertThat(answers.get(0).refusal()).isEqualTo("m2 sees node1 DOWN");
    assertThat(answers.get(1).refusal()).isEmpty();
  }

  @Test
  void aTargetThatIsPausedInTheMeantimeEndsTheSwitchover() {
    OneMember member = OneMember.leading("m0", States.running(3, States.quorum(1)).state());
    member.feed(told(PRIMARY));
    member.feed(switchover(1, false));
    assertThat(member.state().operation()).isPresent();
    member.pass(100);
    assertThat(member.state().operation()).isPresent();
    Command.Renew.Reported paused =
        new Command.Renew.Reported(NODE1, STANDBY.hinderedBy(Hindrance.REPLAY_PAUSED));
    member.others(
        new Command.Renew(new MemberId("m1"), 1, 1000, 3000, 0, List.of(paused), List.of()));
    member.pass(100);
    assertThat(member.state().operation()).isEmpty();
    assertThat(member.state().history().getLast().row()).isEqualTo("F-090");
  }

  @Test
  void inMaintenanceAPrimaryOutlivesTheLeaseOnceTheOthersKnow() {
    OneMember member = alone();
    member.take(Effect.class);
    member.others(new Command.Pause(true, States.WHY));
    member.pass(100);
    assertThat(member.take(Effect.Keep.class)).containsExactly(new Effect.Keep(NODE0, true));
    assertThat(member.state().nodes().get(NODE0).report().kept()).isTrue();
    member.cutOff = true;
    member.pass(10_000);
    assertThat(member.take(Effect.Act.class)).isEmpty();

    // Only with a lease again does the guard get a deadline, and only then do the others count on
    // it.
    member.others(new Command.Pause(false, States.WHY));
    member.pass(1000);
    assertThat(member.take(Effect.Keep.class)).isEmpty();
    member.cutOff = false;
    member.pass(1000);
    assertThat(member.take(Effect.Keep.class)).containsExactly(new Effect.Keep(NODE0, false));
    assertThat(member.state().nodes().get(NODE0).report().kept()).isTrue();
    member.feed(new Input.Kept(NODE0, false));
    member.pass(1000);
    assertThat(member.state().nodes().get(NODE0).report().kept()).isFalse();
    member.cutOff = true;
    member.take(Effect.class);
    member.pass(3000);
    assertThat(member.take(Effect.Act.class))
        .extracting(Effect.Act::action)
        .containsExactly(new NodeAction.Stop(true, 0));
  }

  @Test
  void aMaintenanceThatTheOthersDoNotKnowToHaveBegunHereKeepsNothing() {
    OneMember member = alone();
    member.cutOff = true;
    member.others(new Command.Pause(true, States.WHY));
    member.take(Effect.class);
    member.pass(3000);
    assertThat(member.take(Effect.Act.class))
        .extracting(Effect.Act::action)
        .containsExactly(new NodeAction.Stop(true, 0));
  }

  @Test
  void aServiceThatComesBackTakesOverWhatWasKept() {
    States states = States.running(2, States.quorum(1));
    states.reports(0, PRIMARY.keptOn(true));
    OneMember member = OneMember.leading("m0", states.state());
    assertThat(member.take(Effect.Keep.class)).containsExactly(new Effect.Keep(NODE0, true));
    member.feed(told(PRIMARY));
    member.pass(1000);
    assertThat(member.take(Effect.Keep.class)).containsExactly(new Effect.Keep(NODE0, false));
    member.feed(new Input.Kept(NODE0, true));
    member.pass(1000);
    assertThat(member.take(Effect.Keep.class)).isEmpty();
    member.pass(1500);
    assertThat(member.take(Effect.Keep.class)).containsExactly(new Effect.Keep(NODE0, false));
    assertThat(member.state().nodes().get(NODE0).report().kept()).isTrue();
  }

  @Test
  void whoDoesNotLeadCanBeAskedToo() {
    OneMember member = OneMember.leading("m0", States.running(2, States.quorum(1)).state());
    member.feed(
        new Input.Led(
            new org.relevo.proxy.consensus.ClusterLog.Leadership(2, Optional.empty(), false)));
    member.feed(switchover(1, false));
    assertThat(member.take(Effect.Answer.class).getFirst().refusal()).isEmpty();
    assertThat(member.state().operation()).isPresent();
  }

  @Test
  void aServiceThatEndsLeavesItsPrimaryToTheGuard() {
    OneMember member = alone();
    member.take(Effect.class);
    member.feed(new Input.Stopping());
    assertThat(member.effects).hasAtLeastOneElementOfType(Effect.ServeNobody.class);
    assertThat(member.take(Effect.Propose.class)).isEmpty();
    member.pass(10_000);
    assertThat(member.effects).isEmpty();
  }

  @Test
  void aServiceWithoutAPrimaryGivesItsLeaseBack() {
    OneMember member = OneMember.leading("m1", States.running(2, States.quorum(1)).state());
    member.feed(new Input.LocalReport(NODE1, NodeReport.of(Condition.STANDBY, 1, new Lsn(900), 0)));
    member.feed(new Input.Stopping());
    assertThat(member.state().leases().get(new MemberId("m1")).lengthMs()).isZero();
  }

  /// A report that the state does not take must not be sent for ever.
  @Test
  void aServerOfAnotherAgentIsNoNews() {
    OneMember member = OneMember.leading("m1", States.running(2, States.quorum(1)).state());
    member.feed(told(NodeReport.of(Condition.BROKEN, 1, Lsn.ZERO, -1)));
    member.take(Effect.class);
    long usual = 8;
    member.pass(usual * Timing.DEFAULT.renewMs());
    assertThat(member.take(Effect.Propose.class)).hasSizeLessThan((int) usual + 3);
  }
}
