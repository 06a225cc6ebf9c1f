package org.relevo.jmx.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.BenchmarkFigure;
import org.relevo.jmx.contract.BenchmarkVerdict;

class ComparisonTest {
  @Test
  void probabilitiesAreThoseOfTheTables() {
    // Two groups that do not overlap: 2 of the C(8, 4) = 70 and C(10, 5) = 252 ways.
    assertThat(Comparison.probability(new double[] {1, 2, 3, 4}, new double[] {5, 6, 7, 8}))
        .isCloseTo(2 / 70.0, within(1e-12));
    assertThat(Comparison.probability(new double[] {9, 8, 7, 6, 5}, new double[] {0, 1, 2, 3, 4}))
        .isCloseTo(2 / 252.0, within(1e-12));
    assertThat(Comparison.probability(new double[] {1, 3, 5, 7}, new double[] {2, 4, 6, 8}))
        .isCloseTo(0.6857, within(0.0001));
    assertThat(Comparison.probability(new double[] {1, 1, 1, 1}, new double[] {1, 1, 1, 1}))
        .isEqualTo(1);
  }

  @Test
  void largeGroupsAreReckonedWithTheBellCurve() {
    double[] one = new double[60];
    double[] two = new double[60];
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < one.length; i++) {
      one[i] = random.nextDouble();
      two[i] = random.nextDouble() + 0.5;
    }
    assertThat(Comparison.probability(one, two)).isLessThan(1e-6);
    double[] same = one.clone();
    assertThat(Comparison.probability(one, same)).isGreaterThan(0.9);
  }

  @Test
  void verdictsFollowTheDirectionOfTheFigure() {
    double[] low = {99, 100, 101, 102};
    double[] high = {119, 120, 121, 122};
    assertThat(verdict(low, high, true)).isEqualTo(BenchmarkVerdict.BETTER);
    assertThat(verdict(high, low, true)).isEqualTo(BenchmarkVerdict.WORSE);
    assertThat(verdict(low, high, false)).isEqualTo(BenchmarkVerdict.WORSE);
    assertThat(verdict(low, new double[] {98, 100.5, 101.5, 130}, true))
        .isEqualTo(BenchmarkVerdict.SAME);
    assertThat(verdict(Arrays.copyOf(low, 3), high, true)).isEqualTo(BenchmarkVerdict.TOO_FEW);
  }

  @Test
  void mediansSpreadAndRatioAreTold() {
    BenchmarkFigure figure =
        Comparison.figure("tps", new double[] {90, 100, 110}, new double[] {200}, true);
    assertThat(figure.baseMedian()).isEqualTo(100);
    assertThat(figure.baseSpread()).isCloseTo(0.1, within(1e-9));
    assertThat(figure.ratio()).isEqualTo(2);
    assertThat(figure.probability()).isEqualTo(-1);
  }

  private static BenchmarkVerdict verdict(double[] base, double[] other, boolean moreIsBetter) {
    return Comparison.figure("x", base, other, moreIsBetter).verdict();
  }
}
