package org.relevo.proxy.pair;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.relevo.proxy.pair.Runs.Worth;

class RunsTest {
  private static final long OWN = 4711;
  private static final long SECOND = 1_000_000_000;
  private static final long NOW = 100 * SECOND;

  private final Runs runs = new Runs(OWN, 5000, 2);

  private static Beat beat(int path, long run, long number, long answers, long answered) {
    return new Beat("b", path, run, number, answers, answered, Claim.NONE, true);
  }

  private Worth take(long run, long number, long answered) {
    return runs.take(0, beat(0, run, number, OWN, answered), NOW);
  }

  @Test
  void onlyOneThatAnswersWhatWasSentLatelyIsSurelyNew() {
    assertThat(take(1, 10, NOW - 5 * SECOND)).isEqualTo(Worth.ANSWER);
    assertThat(take(1, 11, NOW - 5 * SECOND - 1)).isEqualTo(Worth.ALIVE);
    assertThat(take(1, 12, NOW + 1)).as("not sent yet").isEqualTo(Worth.ALIVE);
    assertThat(runs.take(0, beat(0, 1, 13, OWN + 1, NOW), NOW))
        .as("another process was answered")
        .isEqualTo(Worth.ALIVE);
  }

  @Test
  void eachCountsOnceOnItsPath() {
    assertThat(runs.take(0, beat(0, 1, 10, OWN, NOW), NOW)).isEqualTo(Worth.ANSWER);
    assertThat(runs.take(1, beat(1, 1, 10, OWN, NOW), NOW)).isEqualTo(Worth.ANSWER);
    assertThat(runs.take(0, beat(0, 1, 10, OWN, NOW), NOW)).isEqualTo(Worth.OLD);
    assertThat(runs.take(1, beat(1, 1, 9, OWN, NOW), NOW)).isEqualTo(Worth.OLD);
    assertThat(runs.latest()).isEqualTo(new Runs.Latest(1, 10));
  }

  @Test
  void anEarlierRunNeverCountsAgainOnAnyPath() {
    assertThat(take(1, 10, NOW)).isEqualTo(Worth.ANSWER);
    assertThat(take(2, 1, NOW)).isEqualTo(Worth.ANSWER);
    assertThat(take(1, 11, NOW)).isEqualTo(Worth.OLD);
    assertThat(runs.take(1, beat(1, 1, 12, OWN, NOW), NOW)).isEqualTo(Worth.OLD);
    assertThat(take(2, 2, NOW)).isEqualTo(Worth.ANSWER);
  }

  /// It was recorded when this process ran already, and never arrived.
  @Test
  void anotherRunThatDoesNotAnswerLatelyDoesNotReplaceThePresentOne() {
    assertThat(take(2, 10, NOW)).isEqualTo(Worth.ANSWER);
    assertThat(take(1, 99, NOW - 6 * SECOND)).isEqualTo(Worth.OLD);
    assertThat(take(2, 11, NOW)).isEqualTo(Worth.ANSWER);
  }

  @Test
  void twoRecordedRunsInTurnKeepNobodyAlive() {
    assertThat(take(1, 10, 0)).isEqualTo(Worth.ALIVE);
    assertThat(take(2, 10, 0)).isEqualTo(Worth.OLD);
    assertThat(take(1, 10, 0)).isEqualTo(Worth.OLD);
    assertThat(take(3, 1, NOW)).as("the one that lives").isEqualTo(Worth.ANSWER);
  }
}
