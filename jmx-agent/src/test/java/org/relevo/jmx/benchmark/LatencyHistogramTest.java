package org.relevo.jmx.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  @Test
  void nothingRecordedHasNoQuantile() {
    assertThat(new LatencyHistogram().quantilesMs(0.5, 0.99)).containsExactly(-1, -1);
  }

  @Test
  void everyBucketHoldsItsOwnMiddleAndBucketsFollowEachOther() {
    for (int index = 0; index < 32 * 64 - 1; index++) {
      assertThat(LatencyHistogram.indexOf((long) LatencyHistogram.middleOf(index)))
          .isEqualTo(index);
    }
  }

  @Test
  void quantilesAgreeWithASortedListWithinTwoPercent() {
    long seed = Long.getLong("relevo.seed", 4711);
    SplittableRandom random = new SplittableRandom(seed);
    LatencyHistogram histogram = new LatencyHistogram();
    long[] values = new long[50_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) (100_000 * Math.exp(random.nextDouble() * 12));
      histogram.record(values[i]);
    }
    Arrays.sort(values);
    double[] quantiles = histogram.quantilesMs(0.5, 0.95, 0.99);
    double[] shares = {0.5, 0.95, 0.99};
    for (int i = 0; i < shares.length; i++) {
      double exact = values[(int) Math.ceil(shares[i] * values.length) - 1] / 1e6;
      assertThat(quantiles[i]).as("seed %d", seed).isCloseTo(exact, within(exact * 0.02));
    }
  }

  @Test
  void valuesOutOfRangeAreCountedAtTheEnds() {
    LatencyHistogram histogram = new LatencyHistogram();
    histogram.record(-5);
    histogram.record(Long.MAX_VALUE);
    assertThat(histogram.quantilesMs(0.5)[0]).isZero();
    assertThat(histogram.quantilesMs(1)[0]).isGreaterThan(86_400_000);
  }
}
