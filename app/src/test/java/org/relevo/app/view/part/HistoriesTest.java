package org.relevo.app.view.part;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.SeriesPoint;

class HistoriesTest {
  private static final long NOW = 1_700_000_000_000L;

  @Test
  void theFinestStepIsAskedForThatTheServiceStillHas() {
    assertThat(step(Duration.ofMinutes(10), Duration.ZERO)).isEqualTo(1);
    assertThat(step(Duration.ofHours(1), Duration.ZERO)).isEqualTo(1);
    assertThat(step(Duration.ofHours(6), Duration.ZERO)).isEqualTo(10);
    assertThat(step(Duration.ofDays(14), Duration.ZERO)).isEqualTo(60);
    // Five minutes of yesterday evening: seconds are gone, tens are there.
    assertThat(step(Duration.ofMinutes(5), Duration.ofHours(12))).isEqualTo(10);
    assertThat(step(Duration.ofMinutes(5), Duration.ofDays(3))).isEqualTo(60);
  }

  private static int step(Duration span, Duration before) {
    long until = NOW - before.toMillis();
    return Histories.step(until - span.toMillis(), until, NOW);
  }

  @Test
  void manyPointsBecomeMeansAndWhatIsUnknownIsLeftOut() {
    List<SeriesPoint> points = new ArrayList<>();
    for (int i = 0; i < 1200; i++) {
      points.add(new SeriesPoint(NOW + i, List.of(i % 2 == 0 ? 10.0 : -1.0, -1.0)));
    }
    List<SeriesPoint> thin = Histories.thinned(points);
    assertThat(thin).hasSize(600);
    assertThat(thin.getFirst().values()).containsExactly(10.0, -1.0);
  }
}
