package org.relevo.app.view.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.app.chart.TimeSeries;
import org.relevo.app.model.History;

class FeedTest {
  private record Sample(long sequence, long atMs, double value) {}

  private final History<Sample> history = new History<>(100, Sample::sequence);
  private final Feed<Sample> feed = new Feed<>(history, Sample::sequence, Sample::atMs);
  private final TimeSeries series = new TimeSeries(100, 2_500);

  FeedTest() {
    feed.into(series, Sample::value);
  }

  @Test
  void onlyWhatIsNewIsAddedAndUnknownIsNoNumber() {
    history.add(List.of(new Sample(1, 1000, 5), new Sample(2, 2000, -1)));
    feed.pull();
    feed.pull();
    assertThat(series.size()).isEqualTo(2);
    assertThat(series.value(1)).isNaN();
    history.add(List.of(new Sample(3, 3000, 0)));
    feed.pull();
    assertThat(series.size()).isEqualTo(3);
    assertThat(series.value(2)).isZero();
  }

  @Test
  void aLineAddedLaterGetsTheWholeHistory() {
    history.add(List.of(new Sample(1, 1000, 5), new Sample(2, 2000, 6)));
    feed.pull();
    TimeSeries second = new TimeSeries(100, 2_500);
    feed.into(second, sample -> sample.value() * 2);
    feed.pull();
    assertThat(second.size()).isEqualTo(2);
    assertThat(second.value(1)).isEqualTo(12);
    assertThat(series.size()).isEqualTo(2);
  }

  @Test
  void sequencesThatStartAgainStartTheLineAgain() {
    history.add(List.of(new Sample(7, 1000, 5), new Sample(8, 2000, 6)));
    feed.pull();
    history.clear();
    history.add(List.of(new Sample(1, 9000, 1)));
    feed.pull();
    assertThat(series.size()).isEqualTo(1);
    assertThat(series.timeMs(0)).isEqualTo(9000);
  }
}
