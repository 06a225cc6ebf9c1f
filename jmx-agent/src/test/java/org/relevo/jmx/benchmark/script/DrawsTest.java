package org.relevo.jmx.benchmark.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/// The distributions have the shape that pgbench's page promises. Seeded, so that they are the same
/// in each run.
class DrawsTest {
  private static final int DRAWS = 200_000;

  /// How often each of 1 to 10 is drawn, as a share.
  private static double[] shares(ToLongFunction<Prng> draw) {
    Prng prng = new Prng(4711);
    double[] shares = new double[10];
    for (int i = 0; i < DRAWS; i++) {
      shares[(int) draw.applyAsLong(prng) - 1] += 1.0 / DRAWS;
    }
    return shares;
  }

  @Test
  void uniform() {
    for (double share : shares(prng -> Draws.uniform(prng, 1, 10))) {
      assertThat(share).isCloseTo(0.1, within(0.003));
    }
  }

  @Test
  void exponentialFallsByTheSameFactor() {
    double[] shares = shares(prng -> Draws.exponential(prng, 1, 10, 5));
    for (int i = 0; i < 9; i++) {
      assertThat(shares[i + 1] / shares[i]).isCloseTo(Math.exp(-0.5), within(0.06));
    }
  }

  @Test
  void gaussianHasTwoThirdsInTheMiddle() {
    double[] shares = shares(prng -> Draws.gaussian(prng, 1, 10, 2.5));
    // With 2.5, half the range is 2.5 deviations: 3 to 8 are -1.5 to 1.5 of them.
    double middle = shares[2] + shares[3] + shares[4] + shares[5] + shares[6] + shares[7];
    assertThat(middle).isCloseTo(0.8664 / 0.9876, within(0.01));
    assertThat(shares[0]).isCloseTo(shares[9], within(0.002));
  }

  @Test
  void zipfianFallsByPower() {
    double[] shares = shares(prng -> Draws.zipfian(prng, 1, 10, 1.5));
    for (int i = 1; i < 10; i++) {
      assertThat(shares[0] / shares[i])
          .isCloseTo(Math.pow(i + 1, 1.5), within(0.12 * Math.pow(i + 1, 1.5)));
    }
  }

  @Test
  void permutationsReachEachPlaceOnce() {
    for (long size : new long[] {1, 2, 3, 10, 1000}) {
      boolean[] reached = new boolean[(int) size];
      for (long value = 0; value < size; value++) {
        reached[(int) Draws.permute(value, size, 42)] = true;
      }
      assertThat(reached).doesNotContain(false);
    }
  }

  @Test
  void theWholeRangeOfNumbersIsPossible() {
    Prng prng = new Prng(1);
    boolean negative = false;
    for (int i = 0; i < 100; i++) {
      negative |= Draws.uniform(prng, Long.MIN_VALUE, Long.MAX_VALUE) < 0;
    }
    assertThat(negative).isTrue();
    assertThat(Draws.uniform(prng, 5, 5)).isEqualTo(5);
  }
}
