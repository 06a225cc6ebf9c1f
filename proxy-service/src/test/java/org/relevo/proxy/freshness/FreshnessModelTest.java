package org.relevo.proxy.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.testkit.Seeds;

/// No read on a standby is stale, whatever happens in whatever order; and what is weakened is
/// found.
class FreshnessModelTest {
  private static final int STEPS = 3_000;
  private static final int RUNS = 3_000;
  private static final int WEAK_RUNS = 3_000;

  @Test
  void noReadIsStale() {
    long first = Seeds.first();
    long reads = 0;
    for (long seed = first; seed < first + (Seeds.given() ? 1 : RUNS); seed++) {
      FreshnessWorld world = new FreshnessWorld(seed, mark -> mark, true);
      world.run(STEPS);
      assertThat(world.stale).as("-Drelevo.seed=" + seed).isEmpty();
      assertThat(world.settle()).as("-Drelevo.seed=" + seed).isEmpty();
      assertThat(world.stale).as("-Drelevo.seed=" + seed).isEmpty();
      reads += world.standbyReads;
    }
    if (!Seeds.given()) {
      assertThat(reads).as("reads on standbys, first seed " + first).isGreaterThan(5_000);
    }
  }

  @Test
  void aSampleThatBeganBeforeTheAcknowledgementIsTooOld() {
    assertThat(stale(mark -> Mark.number(mark) > 1 ? mark - 1 : mark, true)).isPositive();
  }

  @Test
  void aSampleOfAFormerPrimaryDoesNotCount() {
    assertThat(stale(mark -> mark == Mark.NONE ? mark : Mark.of(0, Mark.number(mark)), true))
        .isPositive();
  }

  @Test
  void aSampleFromBeforeARestartDoesNotCount() {
    assertThat(stale(mark -> mark, false)).isPositive();
  }

  /// Fixed seeds: these must find something.
  private static int stale(LongUnaryOperator weakening, boolean checksRestarts) {
    int found = 0;
    for (long seed = 1; seed <= WEAK_RUNS; seed++) {
      FreshnessWorld world = new FreshnessWorld(seed, weakening, checksRestarts);
      world.run(STEPS);
      found += world.stale.size();
    }
    return found;
  }
}
