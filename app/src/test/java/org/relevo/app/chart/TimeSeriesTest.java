package org.relevo.app.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TimeSeriesTest {
  private final TimeSeries series = new TimeSeries(4, 2_500);

  @Test
  void keepsTheNewestPointsOldestFirst() {
    for (int second = 1; second <= 6; second++) {
      series.add(second * 1000L, second);
    }
    assertThat(series.size()).isEqualTo(4);
    assertThat(series.timeMs(0)).isEqualTo(3000);
    assertThat(series.value(0)).isEqualTo(3);
    assertThat(series.value(3)).isEqualTo(6);
  }

  @Test
  void aSampleSentAgainReplacesItself() {
    series.add(1000, 1);
    series.add(2000, 2);
    series.add(2000, 9);
    assertThat(series.size()).isEqualTo(2);
    assertThat(series.value(1)).isEqualTo(9);
  }

  @Test
  void aClockSetBackDropsTheFuture() {
    for (int second = 1; second <= 6; second++) {
      series.add(second * 1000L, second);
    }
    series.add(4500, 42);
    assertThat(series.size()).isEqualTo(3);
    assertThat(series.timeMs(2)).isEqualTo(4500);
    assertThat(series.value(1)).isEqualTo(4);
  }

  @Test
  void twoMissingSecondsAreAGapAndOneIsNot() {
    series.add(1000, 1);
    series.add(3000, 1);
    series.add(6000, 1);
    assertThat(series.gapBefore(0)).isFalse();
    assertThat(series.gapBefore(1)).isFalse();
    assertThat(series.gapBefore(2)).isTrue();
  }

  @Test
  void aValueHoldsUntilAGapWouldOpen() {
    series.add(1000, 7);
    assertThat(series.valueAt(999)).isNaN();
    assertThat(series.valueAt(1000)).isEqualTo(7);
    assertThat(series.valueAt(3500)).isEqualTo(7);
    assertThat(series.valueAt(3501)).isNaN();
  }

  @Test
  void unknownAndInfiniteValuesAreNaNAndNoMaximum() {
    series.add(1000, Double.NaN);
    assertThat(series.maxWithin(0, 9000)).isNaN();
    series.add(2000, Double.POSITIVE_INFINITY);
    series.add(3000, 5);
    series.add(4000, Double.NaN);
    assertThat(series.maxWithin(0, 9000)).isEqualTo(5);
    assertThat(series.maxWithin(3001, 9000)).isNaN();
  }

  @Test
  void searchFindsTheFirstPointNotBeforeATimeAcrossTheRingsSeam() {
    for (int second = 1; second <= 6; second++) {
      series.add(second * 1000L, second);
    }
    assertThat(series.firstAtOrAfter(0)).isZero();
    assertThat(series.firstAtOrAfter(4000)).isEqualTo(1);
    assertThat(series.firstAtOrAfter(4001)).isEqualTo(2);
    assertThat(series.firstAtOrAfter(9000)).isEqualTo(4);
  }

  @Test
  void clearedSeriesAreUsableAgain() {
    series.add(1000, 1);
    series.clear();
    assertThat(series.isEmpty()).isTrue();
    series.add(500, 2);
    assertThat(series.value(0)).isEqualTo(2);
  }

  @Test
  void impossibleSizesAreRefused() {
    assertThatThrownBy(() -> new TimeSeries(1, 1)).hasMessageContaining("2 points");
    assertThatThrownBy(() -> new TimeSeries(2, 0)).hasMessageContaining("gapAfterMs");
  }
}
