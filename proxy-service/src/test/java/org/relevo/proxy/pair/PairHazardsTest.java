package org.relevo.proxy.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.pair.Claim.Standing;
import org.relevo.proxy.pair.PairInput.Outcome;
import org.relevo.proxy.pair.PairInput.Voters;

/// Ways to two holders, or to none for ever, that single steps of the logic close.
class PairHazardsTest {
  private static final PairTiming TIMING = new PairTiming(1000, 3000, 20_000, 5000, 4000);
  private static final Claim PAIRED = new Claim(4, Standing.PAIRED);
  private static final Claim ALONE = new Claim(4, Standing.ALONE);
  private static final Claim NEWER = new Claim(1004, Standing.ALONE);
  private static final Claim JOINING = new Claim(4, Standing.JOINING);

  private long nowNs = 77_000_000_000L;
  private PairLogic logic = start(PAIRED, false, false);
  private final List<PairEffect> done = new ArrayList<>();

  private PairLogic start(Claim claim, boolean resumes, boolean contested) {
    return new PairLogic(new LogicSettings(TIMING, true, resumes, contested, 700), claim, nowNs);
  }

  private void take(PairInput input) {
    done.addAll(logic.on(input, nowNs));
  }

  private void pass(long ms) {
    for (long passed = 0; passed < ms; passed += 100) {
      nowNs += 100_000_000;
      take(new PairInput.Tick());
    }
  }

  private void hear(Claim claim) {
    take(new PairInput.Heard(claim, true, true));
  }

  private void log(Voters voters, boolean contact) {
    take(new PairInput.Log(voters, contact, true));
  }

  /// Both were together, then everything is silent.
  private void lose() {
    hear(PAIRED);
    log(Voters.BOTH, true);
    log(Voters.BOTH, false);
    pass(3200);
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
  }

  /// The sole voter since the system was started.
  private void standAlone() {
    logic = start(ALONE, true, false);
    pass(3200);
    log(Voters.SELF, true);
    assertThat(logic.mode()).isEqualTo(PairMode.ALONE);
  }

  private long asked() {
    assertThat(logic.fenceAsked()).isNotZero();
    return logic.fenceAsked();
  }

  private boolean narrowed() {
    return done.stream().anyMatch(PairEffect.Narrow.class::isInstance);
  }

  @Test
  void aProofFromBeforeTheOtherCameBackIsNone() {
    lose();
    long before = asked();
    hear(PAIRED);
    assertThat(logic.mode()).isEqualTo(PairMode.PAIRED);
    assertThat(logic.fenceAsked()).isZero();
    pass(3200);
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
    take(new PairInput.Fenced(before, Outcome.OFF, ""));
    assertThat(narrowed()).isFalse();
    take(new PairInput.Fenced(asked(), Outcome.OFF, ""));
    assertThat(narrowed()).isTrue();
  }

  @Test
  void whatWasAskedAfterTheStartIsNoProofLater() {
    logic = start(ALONE, false, false);
    pass(200);
    long before = asked();
    hear(JOINING);
    assertThat(logic.mode()).isEqualTo(PairMode.ALONE);
    log(Voters.SELF, true);
    log(Voters.BOTH, true);
    log(Voters.BOTH, false);
    pass(3200);
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
    take(new PairInput.Fenced(before, Outcome.OFF, ""));
    assertThat(narrowed()).isFalse();
  }

  @Test
  void whoWasSplitDoesNotGoOnAfterARestart() {
    standAlone();
    hear(ALONE);
    assertThat(logic.mode()).isEqualTo(PairMode.SPLIT);
    assertThat(done).contains(new PairEffect.Contest(ALONE));
    contestedWaits();
  }

  @Test
  void whoWasRetiredDoesNotGoOnAfterARestart() {
    standAlone();
    hear(NEWER);
    assertThat(logic.mode()).isEqualTo(PairMode.RETIRED);
    assertThat(done).contains(new PairEffect.Contest(ALONE));
    contestedWaits();
  }

  private void contestedWaits() {
    logic = start(ALONE, false, true);
    done.clear();
    pass(600_000);
    assertThat(logic.mode()).isEqualTo(PairMode.WAITING);
    assertThat(done).doesNotHaveAnyElementsOfTypes(PairEffect.Fence.class, PairEffect.Open.class);
    take(new PairInput.Confirmed(1, false));
    assertThat(logic.mode()).isEqualTo(PairMode.WAITING);
    take(new PairInput.Confirmed(2, true));
    assertThat(logic.claim()).isEqualTo(NEWER);
  }

  @Test
  void aContestedClaimIsOneNoMoreOnceTheOtherHasNothing() {
    logic = start(ALONE, false, true);
    hear(JOINING);
    assertThat(logic.mode()).isEqualTo(PairMode.ALONE);
    assertThat(done).contains(new PairEffect.Keep(ALONE));
  }

  @Test
  void whoRuledOnceJoinsWhenBothVotedSince() {
    standAlone();
    log(Voters.BOTH, true);
    assertThat(logic.mode()).isEqualTo(PairMode.PAIRED);
    log(Voters.BOTH, false);
    pass(3200);
    hear(NEWER);
    assertThat(logic.mode()).isEqualTo(PairMode.JOINING);
  }

  /// The other was being let in and is lost: the log needs it, or does not say whom it needs.
  @ParameterizedTest
  @ValueSource(strings = {"BOTH", "UNKNOWN"})
  void whoLetTheOtherInAndLostItGoesOnWithProof(String voters) {
    standAlone();
    hear(JOINING);
    log(Voters.valueOf(voters), false);
    pass(2500);
    assertThat(logic.mode()).isEqualTo(PairMode.ALONE);
    pass(1000);
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
    assertThat(narrowed()).isFalse();
    take(new PairInput.Fenced(asked(), Outcome.OFF, ""));
    assertThat(narrowed()).isTrue();
    assertThat(logic.claim()).isEqualTo(new Claim(5, Standing.ALONE));
  }

  @Test
  void whoIsNotSureThatItKnowsAllNeedsAPersonForThat() {
    logic = start(ALONE, true, false);
    pass(3200);
    log(Voters.BOTH, false);
    pass(60_000);
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
    assertThat(logic.fenceAsked()).isZero();
    assertThat(done).noneMatch(each -> each instanceof PairEffect.Fence fence && fence.shoot());
    take(new PairInput.Confirmed(1, false));
    assertThat(narrowed()).isFalse();
    take(new PairInput.Confirmed(2, true));
    assertThat(logic.claim()).isEqualTo(NEWER);
  }

  @Test
  void whoIsSlowToOpenItsLogIsAloneAgainAfterwards() {
    logic = start(ALONE, true, false);
    pass(10_000);
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
    log(Voters.SELF, true);
    assertThat(logic.mode()).isEqualTo(PairMode.ALONE);
    assertThat(logic.claim()).isEqualTo(ALONE);
  }

  /// What the log says of a majority just then is from before.
  @Test
  void oneThatStoodStillWithItsClockFencesNobody() {
    hear(PAIRED);
    log(Voters.BOTH, true);
    take(new PairInput.Stood());
    log(Voters.BOTH, true);
    log(Voters.BOTH, false);
    pass(60_000);
    assertThat(logic.mode()).isEqualTo(PairMode.LOST);
    assertThat(done).doesNotHaveAnyElementsOfTypes(PairEffect.Fence.class);
  }

  @Test
  void oneThatStoodStillMayAgainAfterBothAgreed() {
    hear(PAIRED);
    take(new PairInput.Stood());
    pass(2900);
    hear(PAIRED);
    pass(200);
    log(Voters.BOTH, true);
    log(Voters.BOTH, false);
    pass(3200);
    assertThat(asked()).isEqualTo(1);
  }
}
