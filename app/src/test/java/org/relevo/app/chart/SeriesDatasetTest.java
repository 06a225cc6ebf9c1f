package org.relevo.app.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeriesDatasetTest {
  private final TimeSeries series = new TimeSeries(600, 2_500);
  private final SeriesDataset dataset = new SeriesDataset();

  SeriesDatasetTest() {
    dataset.addLine("one");
  }

  @Test
  void aGapBecomesAPointThatInterruptsTheLine() {
    series.add(1000, 1);
    series.add(2000, 2);
    series.add(9000, 3);
    dataset.load(0, series, 0, 10_000);
    assertThat(dataset.getItemCount(0)).isEqualTo(4);
    assertThat(dataset.getXValue(0, 2)).isEqualTo(2001);
    assertThat(dataset.getYValue(0, 2)).isNaN();
    assertThat(dataset.getYValue(0, 3)).isEqualTo(3);
  }

  @Test
  void onePointBeforeTheWindowLetsTheLineReachTheEdge() {
    for (int second = 0; second < 600; second++) {
      series.add(second * 1000L, second);
    }
    dataset.load(0, series, 500_500, 510_000);
    assertThat(dataset.getXValue(0, 0)).isEqualTo(500_000);
    assertThat(dataset.getXValue(0, dataset.getItemCount(0) - 1)).isEqualTo(510_000);
  }

  @Test
  void aHiddenLineHasNoPoints() {
    series.add(1000, 1);
    dataset.load(0, series, 0, 2000);
    dataset.empty(0);
    assertThat(dataset.getItemCount(0)).isZero();
  }
}
