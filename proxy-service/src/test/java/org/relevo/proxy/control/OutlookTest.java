package org.relevo.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState.Sight;
import org.relevo.proxy.cluster.States;
import org.relevo.proxy.control.Situation.Health;
import org.relevo.proxy.core.Lsn;

/// When a primary counts as lost, and when not.
class OutlookTest {
  private static final long SECOND_NS = 1_000_000_000;
  private final LeaseWatch watch = new LeaseWatch(Timing.DEFAULT);
  private final Since since = new Since();
  private final Outlook outlook = new Outlook(Timing.DEFAULT, watch, since);
  private final States states = States.running(3, States.quorum(1)).settled(1, 1, 2);

  private Health health(long nowNs) {
    watch.observe(states.state(), nowNs);
    return outlook.health(states.state(), nowNs);
  }

  private Health later(long nowNs) {
    return outlook.health(states.state(), nowNs);
  }

  @Test
  void oneThatDoesNotSeeItIsAMinority() {
    states.sees("m0", 0, Sight.UP).sees("m1", 0, Sight.UP).sees("m2", 0, Sight.DOWN);
    assertThat(health(0)).isEqualTo(Health.MINORITY);
    assertThat(later(3 * SECOND_NS)).isEqualTo(Health.MINORITY);
  }

  @Test
  void aMajorityThatDoesNotSeeItMustSayItForAWhile() {
    states.sees("m0", 0, Sight.UP).sees("m1", 0, Sight.DOWN).sees("w", 0, Sight.REFUSED);
    assertThat(health(0)).isEqualTo(Health.MINORITY);
    assertThat(later(3 * SECOND_NS)).isEqualTo(Health.UNSEEN);
  }

  @Test
  void aSilentAgentAloneIsNoLoss() {
    states.sees("m1", 0, Sight.UP).sees("m2", 0, Sight.UP).sees("w", 0, Sight.UP);
    assertThat(health(0)).isEqualTo(Health.WELL);
    // Everybody but m0 renews.
    states.renews("m1", 0).renews("m2", 0).renews("w", 0);
    assertThat(health(3 * SECOND_NS)).isEqualTo(Health.WELL);
    assertThat(later(4 * SECOND_NS)).isEqualTo(Health.SILENT);
  }

  @Test
  void silentAndUnseenIsDead() {
    states.sees("m1", 0, Sight.DOWN).sees("m2", 0, Sight.DOWN).sees("w", 0, Sight.UP);
    health(0);
    states.renews("m1", 0).renews("m2", 0).renews("w", 0);
    health(3 * SECOND_NS);
    assertThat(later(4 * SECOND_NS)).isEqualTo(Health.DEAD);
  }

  /// What a member saw whose own lease is over does not count.
  @Test
  void thoseThatAreGoneObserveNothing() {
    states.sees("m0", 0, Sight.UP).sees("m1", 0, Sight.DOWN).sees("m2", 0, Sight.DOWN);
    health(0);
    states.renews("m0", 0).renews("w", 0);
    health(3 * SECOND_NS);
    assertThat(later(4 * SECOND_NS)).isEqualTo(Health.WELL);
  }

  @Test
  void itsAgentSaysThatItCrashed() {
    states.reports(0, NodeReport.of(Condition.STOPPED, 1, Lsn.ZERO, -1));
    assertThat(health(0)).isEqualTo(Health.CRASHED);
    states.reports(0, NodeReport.of(Condition.BROKEN, 1, Lsn.ZERO, -1));
    assertThat(health(0)).isEqualTo(Health.CRASHED);
  }

  @Test
  void whatAPersonStoppedIsWaitedFor() {
    states.reports(0, NodeReport.of(Condition.STOPPED, 1, Lsn.ZERO, -1).stoppedByHand());
    assertThat(health(0)).isEqualTo(Health.BY_HAND);
    for (long second = 1; second < 60; second++) {
      states.renews("m0", 0);
      assertThat(health(second * SECOND_NS)).isEqualTo(Health.BY_HAND);
    }
    states.renews("m0", 0);
    assertThat(health(60 * SECOND_NS)).isEqualTo(Health.CRASHED);
  }

  @Test
  void afterARebootItsAgentHasTime() {
    states.reports(0, NodeReport.of(Condition.RECEIVER_STOPPED, 1, new Lsn(1000), -1));
    assertThat(health(0)).isEqualTo(Health.RESTING);
    states.renews("m0", 0);
    assertThat(health(9 * SECOND_NS)).isEqualTo(Health.RESTING);
    states.renews("m0", 0);
    assertThat(health(10 * SECOND_NS)).isEqualTo(Health.CRASHED);
  }

  /// Its guard was told to wait, so that the end of the lease says nothing.
  @Test
  void aPrimaryThatWasKeptOnIsNotReplacedWhileItsAgentIsSilent() {
    states.reports(0, NodeReport.of(Condition.PRIMARY, 1, new Lsn(1000), -1).keptOn(true));
    states.sees("m1", 0, Sight.DOWN).sees("m2", 0, Sight.DOWN).sees("w", 0, Sight.DOWN);
    health(0);
    assertThat(((Situation.Idle) outlook.idle(states.state(), false, 0)).loose()).isFalse();
    states.renews("m1", 0).renews("m2", 0).renews("w", 0);
    health(3 * SECOND_NS);
    Situation.Idle idle = (Situation.Idle) outlook.idle(states.state(), false, 4 * SECOND_NS);
    assertThat(idle.health()).isEqualTo(Health.DEAD);
    assertThat(idle.loose()).isTrue();
    assertThat(Rules.decide(idle).id()).isEqualTo("F-025");
    Situation fenced = outlook.idle(states.state(), true, 4 * SECOND_NS);
    assertThat(Rules.decide(fenced).id()).isEqualTo("F-031");
  }

  @Test
  void nobodyIsThePrimaryYet() {
    assertThat(outlook.health(States.of(2, States.quorum(1)).state(), 0))
        .isEqualTo(Health.NO_PRIMARY);
    assertThat(outlook.health(org.relevo.proxy.cluster.ClusterMachine.initial(), 0))
        .isEqualTo(Health.NOT_FOUNDED);
  }
}
