package org.relevo.proxy.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.relevo.proxy.pair.Claim.Standing;
import org.relevo.proxy.pair.PairInput.Outcome;
import org.relevo.proxy.pair.PairInput.Voters;

class PairLogicTest {
  private static final PairTiming TIMING = new PairTiming(1000, 3000, 20_000, 5000, 4000);
  private static final Claim PAIRED = new Claim(4, Standing.PAIRED);
  private static final Claim ALONE = new Claim(4, Standing.ALONE);
  private static final Claim JOINING = new Claim(4, Standing.JOINING);

  private long nowNs = 77_000_000_000L;
  private PairLogic logic = logic(PAIRED, true, false);
  private boolean contested;
  private final List<PairEffect> done = new ArrayList<>();

  private PairLogic logic(Claim claim, boolean fences, boolean resumes) {
    return new PairLogic(new LogicSettings(TIMING, fences, resumes, contested, 700), claim, nowNs);
  }

  private void take(PairInput input) {
    done.addAll(logic.on(input, nowNs));
  }

  /// Time goes by in small steps.
  private void pass(long ms) {
    for (long passed = 0; passed < ms; passed += 100) {
      nowNs += 100_000_000;
      take(new PairInput.Tick());
    }
  }

  private void hear(Claim claim) {
    take(new PairInput.Heard(claim, true, true));
  }

  private void log(Voters voters, boolean contact, boolean holder) {
    take(new PairInput.Log(voters, contact, holder));
  }

  /// Both were together, then everything is silent.
  private void lose(boolean holder) {
    hear(PAIRED);
    log(Voters.BOTH, true, holder);
    pass(500);
    log(Voters.BOTH, false, holder);
    pass(3200);
  }

  private List<Class<?>> kinds() {
    List<Class<?>> kinds = new ArrayList<>();
    done.stream()
        .filter(each -> !(each instanceof PairEffect.Note))
        .forEach(each -> kinds.add(each.getClass()));
    return kinds;
  }

  static Stream<Arguments> meetings() {
    Claim newer = new Claim(5, Standing.ALONE);
    Claim older = new Claim(3, Standing.PAIRED);
    return Stream.of(
        Arguments.of(Claim.NONE, Claim.NONE, PairMode.PAIRED),
        Arguments.of(Claim.NONE, PAIRED, PairMode.JOINING),
        Arguments.of(PAIRED, PAIRED, PairMode.PAIRED),
        Arguments.of(PAIRED, newer, PairMode.JOINING),
        Arguments.of(PAIRED, older, PairMode.PAIRED),
        Arguments.of(PAIRED, ALONE, PairMode.PAIRED),
        Arguments.of(PAIRED, Claim.NONE, PairMode.PAIRED),
        Arguments.of(ALONE, PAIRED, PairMode.ALONE),
        Arguments.of(ALONE, older, PairMode.ALONE),
        Arguments.of(ALONE, JOINING, PairMode.ALONE),
        Arguments.of(ALONE, Claim.NONE, PairMode.ALONE),
        Arguments.of(ALONE, newer, PairMode.JOINING),
        Arguments.of(ALONE, ALONE, PairMode.SPLIT),
        Arguments.of(JOINING, ALONE, PairMode.JOINING),
        Arguments.of(JOINING, JOINING, PairMode.WAITING),
        Arguments.of(JOINING, Claim.NONE, PairMode.WAITING),
        Arguments.of(Claim.NONE, JOINING, PairMode.WAITING));
  }

  @ParameterizedTest
  @MethodSource("meetings")
  void whatTwoMachinesDoWhenTheyMeetAfterTheStart(Claim own, Claim other, PairMode mode) {
    logic = logic(own, true, false);
    pass(200);
    assertThat(logic.mode()).isEqualTo(PairMode.WAITING);
    hear(other);
    assertThat(logic.mode()).isEqualTo(mode);
    assertThat(kinds().contains(PairEffect.Discard.class))
        .as("throws its own away")
        .isEqualTo(mode == PairMode.JOINING && own.standing() != Standing.JOINING);
    assertThat(done).doesNotHaveAnyElementsOfTypes(PairEffect.Narrow.class);
  }

  @Test
  void anOldHeartbeatIsNoMeeting() {
    take(new PairInput.Heard(PAIRED, false, true));
    pass(1000);
    assertThat(logic.mode()).isEqualTo(PairMode.WAITING);
  }

  @Test
  void aLoneMachineBeginsNothingAfterTheStartAndFencesNobody() {
    pass(600_000);
    assertThat(logic.mode()).isEqualTo(PairMode.WAITING);
    assertThat(kinds()).isEmpty();
    assertThat(logic.trouble()).contains("may know more");
  }

  @Test
  void whoDecidedAloneAsksWhetherTheOtherIsOffAndNeverSwitchesItOff() {
    logic = logic(ALONE, true, false);
    pass(100);
    assertThat(done).contains(new PairEffect.Fence(1, false));
    take(new PairInput.Fenced(1, Outcome.ON, ""));
    pass(60_000);
    take(new PairInput.Fenced(lastFence().request(), Outcome.FAILED, ""));
    pass(60_000);
    assertThat(done).noneMatch(each -> each instanceof PairEffect.Fence fence && fence.shoot());
    assertThat(logic.trouble()).contains("proof");
    take(new PairInput.Fenced(lastFence().request(), Outcome.OFF, ""));
    assertThat(logic.mode()).isEqualTo(PairMode.ALONE);
    assertThat(done).doesNotHaveAnyElementsOfTypes(PairEffect.Narrow.class);
  }

  private PairEffect.Fence lastFence() {
    return done.stream()
        .filter(PairEffect.Fence.class::isInstance)
        .map(PairEffect.Fence.class::cast)
        .reduce((_, last) -> last)
        .orElseThrow();
  }

  @Test
  void whoDecidedAloneGoesOnAfterARestartOfTheServiceAlone() {
    logic = logic(ALONE, false, true);
    pass(2900);
    assertThat(logic.mode()).isEqualTo(PairMode.WAITING);
    pass(200);
    assertThat(logic.mode()).isEqualTo(PairMode.ALONE);
  }

  @Test
  void theHolderFencesAtOnceAndGoesOnWhenItIsProven() {
    lose(true);
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
    assertThat(lastFence()).isEqualTo(new PairEffect.Fence(1, true));
    done.clear();
    take(new PairInput.Fenced(1, Outcome.OFF, "switched off"));
    assertThat(kinds())
        .containsExactly(PairEffect.Narrow.class, PairEffect.Keep.class, PairEffect.Open.class);
    assertThat(done).contains(new PairEffect.Keep(new Claim(5, Standing.ALONE)));
    assertThat(logic.mode()).isEqualTo(PairMode.ALONE);
  }

  @Test
  void theOtherWaitsLonger() {
    lose(false);
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
    pass(4800);
    assertThat(kinds()).doesNotContain(PairEffect.Fence.class);
    pass(500);
    assertThat(kinds()).contains(PairEffect.Fence.class);
  }

  @Test
  void aFailureOfTheAgentChangesNothingAndIsTriedAgain() {
    lose(true);
    take(new PairInput.Fenced(1, Outcome.FAILED, "no route"));
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
    assertThat(logic.trouble()).contains("no route");
    pass(4200);
    assertThat(lastFence().request()).isEqualTo(2);
    assertThat(done).doesNotHaveAnyElementsOfTypes(PairEffect.Narrow.class);
  }

  @Test
  void withoutAnAgentItWaitsForAPerson() {
    logic = logic(PAIRED, false, false);
    lose(true);
    pass(60_000);
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
    assertThat(kinds()).doesNotContain(PairEffect.Fence.class);
    take(new PairInput.Confirmed(9, false));
    assertThat(done).contains(new PairEffect.Answer(9, ""));
    assertThat(logic.claim()).isEqualTo(new Claim(5, Standing.ALONE));
  }

  @Test
  void whoDoesNotSeeItsPingNodesFencesNobody() {
    take(new PairInput.Net(false));
    lose(true);
    pass(60_000);
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
    assertThat(kinds()).doesNotContain(PairEffect.Fence.class);
    take(new PairInput.Net(true));
    assertThat(lastFence().shoot()).isTrue();
  }

  @Test
  void aProofThatComesWhenTheOtherIsHeardAgainIsNone() {
    lose(true);
    hear(PAIRED);
    assertThat(logic.mode()).isEqualTo(PairMode.PAIRED);
    take(new PairInput.Fenced(1, Outcome.OFF, ""));
    assertThat(done).doesNotHaveAnyElementsOfTypes(PairEffect.Narrow.class);
  }

  @Test
  void oneThatHadNotMetTheOtherTakesNothingOver() {
    hear(PAIRED);
    assertThat(logic.mode()).isEqualTo(PairMode.PAIRED);
    pass(3200);
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
    pass(60_000);
    assertThat(kinds()).doesNotContain(PairEffect.Fence.class);
    take(new PairInput.Confirmed(1, false));
    assertThat(done)
        .anyMatch(each ->
            each instanceof PairEffect.Answer(long _, String refusal)
                && refusal.contains("--old-data"));
    take(new PairInput.Confirmed(2, true));
    assertThat(logic.claim()).isEqualTo(new Claim(1004, Standing.ALONE));
  }

  @Test
  void oneThatStoodStillTakesNothingOver() {
    hear(PAIRED);
    log(Voters.BOTH, true, true);
    nowNs += 60_000_000_000L;
    log(Voters.UNKNOWN, false, true);
    pass(60_000);
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
    assertThat(kinds()).doesNotContain(PairEffect.Fence.class);
  }

  @Test
  void aMajorityShowsThatTheOtherLives() {
    hear(PAIRED);
    for (int i = 0; i < 200; i++) {
      log(Voters.BOTH, true, true);
      pass(100);
    }
    assertThat(logic.mode()).isEqualTo(PairMode.PAIRED);
    take(new PairInput.Confirmed(1, true));
    assertThat(kinds()).doesNotContain(PairEffect.Narrow.class);
  }

  @Test
  void oneThatLeftInOrderLeavesTheOtherAlone() {
    hear(PAIRED);
    log(Voters.BOTH, true, false);
    log(Voters.SELF, true, false);
    assertThat(logic.mode()).isEqualTo(PairMode.ALONE);
    assertThat(logic.claim()).isEqualTo(new Claim(5, Standing.ALONE));
    assertThat(done).doesNotHaveAnyElementsOfTypes(PairEffect.Narrow.class);
    log(Voters.BOTH, true, false);
    assertThat(logic.mode()).isEqualTo(PairMode.PAIRED);
    assertThat(logic.claim()).isEqualTo(new Claim(5, Standing.PAIRED));
  }

  @Test
  void oneThatWasTakenForDeadJoinsAgain() {
    lose(true);
    done.clear();
    hear(new Claim(5, Standing.ALONE));
    assertThat(kinds())
        .containsExactly(PairEffect.Discard.class, PairEffect.Keep.class, PairEffect.Open.class);
    assertThat(logic.claim()).isEqualTo(new Claim(5, Standing.JOINING));
    log(Voters.BOTH, true, false);
    assertThat(logic.mode()).isEqualTo(PairMode.PAIRED);
  }

  @Test
  void anotherThatLostItsDiskHasToJoinAnew() {
    hear(PAIRED);
    log(Voters.BOTH, true, true);
    log(Voters.BOTH, false, true);
    for (int i = 0; i < 39; i++) {
      hear(Claim.NONE);
      pass(100);
    }
    assertThat(logic.mode()).as("what it said may be from before").isEqualTo(PairMode.PAIRED);
    for (int i = 0; i < 3; i++) {
      hear(Claim.NONE);
      pass(100);
    }
    assertThat(logic.mode()).isEqualTo(PairMode.ALONE);
    assertThat(done).hasAtLeastOneElementOfType(PairEffect.Narrow.class);
  }

  @Test
  void twoThatDecidedAloneStandStillUntilAPersonSays() {
    logic = logic(ALONE, true, true);
    pass(3200);
    log(Voters.SELF, true, true);
    hear(ALONE);
    assertThat(logic.mode()).isEqualTo(PairMode.SPLIT);
    assertThat(done).hasAtLeastOneElementOfType(PairEffect.Shut.class);
    hear(new Claim(1004, Standing.ALONE));
    assertThat(logic.mode()).isEqualTo(PairMode.RETIRED);
  }

  @Test
  void addressesGoWhereMoreIsSeenAndOnlyThere() {
    hear(PAIRED);
    log(Voters.BOTH, true, true);
    assertThat(logic.vetoed(nowNs)).isFalse();
    take(new PairInput.Net(false));
    assertThat(logic.vetoed(nowNs)).isTrue();
    take(new PairInput.Heard(PAIRED, true, false));
    assertThat(logic.vetoed(nowNs)).as("neither sees anything").isFalse();
  }

  @Test
  void whoWasGivenTheVoteAndIsLeftInOrderGoesOnAlone() {
    logic = logic(JOINING, true, false);
    hear(ALONE);
    assertThat(logic.mode()).isEqualTo(PairMode.JOINING);
    log(Voters.OTHER, true, false);
    assertThat(logic.mode()).isEqualTo(PairMode.JOINING);
    log(Voters.SELF, true, true);
    assertThat(logic.mode()).isEqualTo(PairMode.ALONE);
    assertThat(logic.claim()).isEqualTo(new Claim(5, Standing.ALONE));
  }
}
