package org.relevo.proxy.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {
  private static final double ERROR = 0.0625;

  @Test
  void bucketsFollowOneAnotherWithoutGaps() {
    int last = 0;
    for (long micros = 0; micros < 1L << 20; micros++) {
      int bucket = Latencies.bucket(micros);
      assertThat(bucket).isBetween(last, last + 1);
      last = bucket;
    }
    assertThat(Latencies.bucket((1L << 30) - 1)).isEqualTo(Latencies.BUCKETS - 1);
    assertThat(Latencies.bucket(Long.MAX_VALUE)).isEqualTo(Latencies.BUCKETS - 1);
    assertThat(Latencies.bucket(-1)).isZero();
  }

  @Test
  void everyTimeIsWithinTheErrorOfItsBucket() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 100_000; i++) {
      long micros = random.nextLong(1, 1L << random.nextInt(1, 31));
      Latencies one = new Latencies();
      one.add(micros);
      assertThat(quantile(one, 0.5)).isCloseTo((double) micros, within(micros * ERROR));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.95, 0.99, 1})
  void percentilesAreThoseOfTheSortedTimes(double share) {
    SplittableRandom random = new SplittableRandom(7);
    Latencies latencies = new Latencies();
    long[] times = new long[20_001];
    for (int i = 0; i < times.length; i++) {
      times[i] = (long) Math.exp(random.nextDouble(3, 17));
      latencies.add(times[i]);
    }
    Arrays.sort(times);
    long exact = times[(int) Math.ceil(share * times.length) - 1];
    assertThat(quantile(latencies, share)).isCloseTo((double) exact, within(exact * ERROR));
  }

  @Test
  void nothingHasNoTime() {
    assertThat(quantile(new Latencies(), 0.99)).isZero();
  }

  private static double quantile(Latencies latencies, double share) {
    long[] counts = new long[Latencies.BUCKETS];
    latencies.addTo(counts);
    return Latencies.quantile(counts, share);
  }
}
