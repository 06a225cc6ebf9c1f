package org.relevo.proxy.control.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.SyncRule;
import org.relevo.proxy.control.Input;

/// Single faults with the outcome that each must have, over some seeds each: what differs are the
/// clocks, the network's delays and who leads.
class ScenarioSimTest {
  private static final int SEEDS = 20;
  private static final SyncRule QUORUM = new SyncRule(SyncRule.Mode.QUORUM, 1, false, 0);
  private static final SyncRule ASYNC = new SyncRule(SyncRule.Mode.ASYNC, 0, false, 100_000);
  private static final Command.Why WHY = new Command.Why(0, "operator", "", "");

  private static void each(int servers, int witnesses, SyncRule rule, Consumer<Run> scenario) {
    for (long seed = 0; seed < SEEDS; seed++) {
      Run run = new Run(seed, new Shape(servers, witnesses, rule), Run.Wrongs.NONE);
      run.begin();
      run.pass(1000);
      assertThat(run.ledger.acknowledgedInAll).as("seed %d writes", seed).isPositive();
      run.ledger.longestPauseNs = 0;
      scenario.accept(run);
      run.heal();
    }
  }

  private static int primary(Run run) {
    return run.log.truth().primary().orElseThrow().node().value();
  }

  private static void isolate(Run run, int machine) {
    for (int other = 0; other < run.shape.machines(); other++) {
      if (other != machine) {
        run.world.cut[machine][other] = true;
        run.world.cut[other][machine] = true;
      }
    }
  }

  private static void powerOff(Run run, int machine) {
    run.members.get(machine).kill();
    if (machine < run.servers.size()) {
      run.servers.get(machine).stop(false);
    }
    run.world.machineDown[machine] = true;
  }

  private static void powerOn(Run run, int machine) {
    run.world.machineDown[machine] = false;
    run.members.get(machine).startAgain();
  }

  /// The third machine leads: it reaches both sides of the cuts below.
  private static void thirdLeads(Run run) {
    for (int turn = 0; turn < 20 && run.log.leader() != 2; turn++) {
      run.log.elect(2);
      run.pass(300);
    }
    run.ledger.longestPauseNs = 0;
  }

  private static void keepLeaderAway(Run run, int machine) {
    for (int turn = 0; turn < 20 && run.log.leader() == machine; turn++) {
      run.log.elect((machine + 1) % run.shape.machines());
      run.pass(300);
    }
  }

  /// Rows 1, 2 and 29: the postmaster is killed.
  @Test
  void aKilledPrimaryIsReplacedInLessThanTwoSeconds() {
    each(
        2,
        1,
        QUORUM,
        run -> {
          run.servers.get(0).stop(false);
          run.pass(6000);
          assertThat(primary(run)).isEqualTo(1);
          assertThat(run.ledger.longestPauseNs).isLessThan(World.ms(2000));
        });
  }

  /// Rows 5 and 38: the machine with the primary is gone, with or without the leader on it.
  @Test
  void aLostMachineIsReplacedInLessThanSixSeconds() {
    each(
        3,
        0,
        QUORUM,
        run -> {
          powerOff(run, 0);
          run.pass(10_000);
          assertThat(primary(run)).isNotZero();
          assertThat(run.ledger.longestPauseNs).isLessThan(World.ms(6000));
          powerOn(run, 0);
        });
  }

  /// Row 6: only the agent dies, others see the server well.
  @Test
  void aKilledServiceIsNoFailover() {
    each(
        2,
        1,
        QUORUM,
        run -> {
          keepLeaderAway(run, 0);
          run.members.get(0).kill();
          run.pass(900);
          run.members.get(0).startAgain();
          run.pass(5000);
          assertThat(run.log.truth().epoch()).isEqualTo(1);
          assertThat(run.servers.get(0).primary).isTrue();
        });
  }

  /// Row 7: the whole machine stands still and comes back late.
  @Test
  void aFrozenMachineIsReplacedAndDoesNoHarmLater() {
    each(
        2,
        1,
        QUORUM,
        run -> {
          run.servers.get(0).frozen = true;
          run.members.get(0).freeze();
          run.pass(10_000);
          assertThat(primary(run)).isEqualTo(1);
          assertThat(run.ledger.longestPauseNs).isLessThan(World.ms(6000));
          run.servers.get(0).thawedNs = run.world.nowNs();
          run.servers.get(0).frozen = false;
          run.members.get(0).thaw();
          run.pass(1000);
          assertThat(run.servers.get(0).primary).isFalse();
        });
  }

  /// Rows 8, 9 and 22: what it acknowledged is kept, later it acknowledges nothing (the ledger
  /// looks at each answer), and its own history is given up.
  @Test
  void anIsolatedPrimaryEndsAndFollowsLater() {
    each(
        2,
        1,
        QUORUM,
        run -> {
          isolate(run, 0);
          run.pass(3800);
          assertThat(run.servers.get(0).primary).isFalse();
          run.pass(4000);
          assertThat(primary(run)).isEqualTo(1);
        });
  }

  /// Rows 10, 11 and 40: some do not see it, but it is well.
  @Test
  void aCutBetweenTwoIsNoFailover() {
    each(
        2,
        1,
        QUORUM,
        run -> {
          thirdLeads(run);
          run.world.cut[1][0] = true;
          run.world.cut[0][1] = true;
          run.pass(15_000);
          assertThat(run.log.truth().epoch()).isEqualTo(1);
          assertThat(run.rows).contains("Quarantine");
        });
  }

  /// Rows 12 and 39: without a majority nobody writes, and nobody is promoted.
  @Test
  void withoutAMajorityNobodyWrites() {
    each(
        3,
        0,
        QUORUM,
        run -> {
          isolate(run, 0);
          isolate(run, 1);
          isolate(run, 2);
          run.pass(4000);
          int before = run.ledger.acknowledgedInAll;
          run.pass(5000);
          assertThat(run.ledger.acknowledgedInAll).isEqualTo(before);
          assertThat(run.servers).noneMatch(server -> server.primary);
        });
  }

  /// Row 16: one of two that acknowledge is gone with the primary.
  @Test
  void theThirdIsNotPromotedWhenTheStandbyThatKnowsIsGone() {
    each(
        3,
        2,
        QUORUM,
        run -> {
          powerOff(run, 0);
          powerOff(run, 1);
          run.pass(15_000);
          assertThat(run.log.truth().epoch()).isEqualTo(1);
          assertThat(run.rows).containsAnyOf("F-023", "F-133");
          powerOn(run, 1);
          run.pass(15_000);
          assertThat(run.log.truth().epoch()).isGreaterThan(1);
          powerOn(run, 0);
        });
  }

  /// Row 18: nobody who is further behind than the bound.
  @Test
  void whoLacksTooMuchIsNotPromoted() {
    each(
        2,
        1,
        new SyncRule(SyncRule.Mode.ASYNC, 0, false, 500),
        run -> {
          thirdLeads(run);
          run.world.cut[0][1] = true;
          run.pass(5000);
          run.world.cut[0][1] = false;
          run.world.cut[1][0] = true;
          powerOff(run, 0);
          run.pass(15_000);
          assertThat(run.log.truth().epoch()).isEqualTo(1);
          assertThat(run.rows).contains("F-133");
          powerOn(run, 0);
        });
  }

  /// Rows 19 and 21: commits go on without a standby that is gone, and wait for it again later.
  @Test
  void aLostStandbyIsNoLongerWaitedFor() {
    each(
        2,
        1,
        QUORUM,
        run -> {
          powerOff(run, 1);
          run.pass(12_000);
          assertThat(run.log.truth().standing().counted().need()).isZero();
          // Now and then a client leaves its transaction open for seconds, or all of them do.
          assertThat(run.world.nowNs() - run.ledger.lastAckNs).isLessThan(World.ms(3000));
          powerOn(run, 1);
          run.pass(8000);
          assertThat(run.log.truth().standing().counted().need()).isEqualTo(1);
        });
  }

  /// Rows 26, 28 and 30: a switchover makes clients wait, and nothing else.
  @Test
  void aSwitchoverIsAShortPause() {
    each(
        3,
        0,
        ASYNC,
        run -> {
          run.members
              .get(run.log.leader())
              .feed(new Input.Asked(1, Kind.SWITCHOVER, 1, -1, false, "operator", ""));
          run.pass(8000);
          boolean done = run.ledger.happened.contains("end at OPEN");
          boolean putBack = run.ledger.happened.contains("end at HOLD");
          assertThat(done || putBack).isTrue();
          assertThat(primary(run)).isEqualTo(done ? 1 : 0);
          assertThat(run.ledger.longestPauseNs).isLessThan(World.ms(putBack ? 3000 : 3500));
          assertThat(run.ledger.lost).isZero();
        });
  }

  /// Row 31: nothing happens in a pause; afterwards it does.
  @Test
  void inAPauseNothingHappens() {
    each(
        2,
        1,
        QUORUM,
        run -> {
          run.log.propose(run.log.leader(), -1, new Command.Pause(true, WHY));
          run.pass(500);
          run.servers.get(0).stop(false);
          run.pass(15_000);
          assertThat(run.log.truth().epoch()).isEqualTo(1);
          assertThat(run.log.truth().operation()).isEmpty();
          assertThat(run.servers.get(0).running).isFalse();
        });
  }

  /// Row 31: its service is away for long in maintenance; the server goes on, and nobody takes its
  /// place, not even by hand, as its end cannot be proven.
  @Test
  void inMaintenanceAPrimaryOutlivesItsService() {
    each(
        2,
        1,
        QUORUM,
        run -> {
          keepLeaderAway(run, 0);
          run.log.propose(run.log.leader(), -1, new Command.Pause(true, WHY));
          run.pass(1000);
          run.members.get(0).kill();
          run.pass(15_000);
          assertThat(run.servers.get(0).takesWrites()).isTrue();
          run.members.get(1).feed(new Input.Asked(1, Kind.FAILOVER, 1, -1, false, "operator", ""));
          run.pass(15_000);
          assertThat(run.servers.get(0).takesWrites()).isTrue();
          assertThat(run.log.truth().epoch()).isEqualTo(1);
          run.members.get(0).startAgain();
          run.pass(8000);
          assertThat(primary(run)).isEqualTo(1);
        });
  }

  /// Row 31: maintenance ends while the primary's machine is cut off; it does not know.
  @Test
  void whoWasKeptOnIsNotReplacedBeforeItSaysSo() {
    each(
        2,
        1,
        QUORUM,
        run -> {
          keepLeaderAway(run, 0);
          run.log.propose(run.log.leader(), -1, new Command.Pause(true, WHY));
          run.pass(1000);
          isolate(run, 0);
          run.pass(10_000);
          assertThat(run.servers.get(0).takesWrites()).isTrue();
          run.log.propose(run.log.leader(), -1, new Command.Pause(false, WHY));
          run.pass(15_000);
          assertThat(run.servers.get(0).takesWrites()).isTrue();
          assertThat(run.log.truth().epoch()).isEqualTo(1);
          assertThat(run.rows).contains("F-025");
        });
  }

  /// Row 37: the witness is gone and comes back.
  @Test
  void aLostWitnessIsNotNoticed() {
    each(
        2,
        1,
        QUORUM,
        run -> {
          keepLeaderAway(run, 2);
          powerOff(run, 2);
          run.pass(10_000);
          assertThat(run.log.truth().epoch()).isEqualTo(1);
          assertThat(run.ledger.longestPauseNs).isLessThan(World.ms(1500));
          powerOn(run, 2);
        });
  }

  /// Row 45: everything is down, then up.
  @Test
  void allDownThenUpIsAsBefore() {
    each(
        3,
        0,
        QUORUM,
        run -> {
          for (int machine = 0; machine < 3; machine++) {
            powerOff(run, machine);
          }
          run.pass(5000);
          for (int machine = 0; machine < 3; machine++) {
            powerOn(run, machine);
            run.pass(700);
          }
        });
  }

  /// Row 15: a service alone.
  @Test
  void aServiceAloneStartsItsServerAgain() {
    each(
        1,
        0,
        QUORUM,
        run -> {
          run.servers.get(0).stop(false);
          run.pass(6000);
          assertThat(run.servers.get(0).primary).isTrue();
          assertThat(run.log.truth().epoch()).isEqualTo(1);
          powerOff(run, 0);
          run.pass(2000);
          powerOn(run, 0);
        });
  }
}
