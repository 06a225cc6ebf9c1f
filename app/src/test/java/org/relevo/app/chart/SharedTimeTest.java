package org.relevo.app.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SharedTimeTest {
  private static final long NOW = 1_700_000_000_000L;

  private final SharedTime time = new SharedTime();

  @Test
  void withoutZoomTheNewestIsShown() {
    assertThat(time.shown(NOW)).isEqualTo(new SharedTime.Span(NOW - 300_000, NOW));
    time.range(TimeRange.DAYS_14);
    assertThat(time.shown(NOW).length()).isEqualTo(Duration.ofDays(14));
  }

  @Test
  void aZoomStandsStillWhileTimeGoesOn() {
    time.zoom(NOW - 100_000, NOW - 40_000);
    assertThat(time.shown(NOW + 60_000))
        .isEqualTo(new SharedTime.Span(NOW - 100_000, NOW - 40_000));
    time.unzoom();
    assertThat(time.shown(NOW).untilMs()).isEqualTo(NOW);
  }

  @Test
  void itMayBeDraggedBackwardsAndIsNeverShorterThanFiveSeconds() {
    time.zoom(NOW - 40_000, NOW - 100_000);
    assertThat(time.shown(NOW).fromMs()).isEqualTo(NOW - 100_000);
    time.zoom(NOW, NOW + 1);
    assertThat(time.shown(NOW).length()).isEqualTo(SharedTime.LEAST);
  }

  @Test
  void zoomingInHalvesAndZoomingOutLeadsBackToTheNewest() {
    time.zoomIn(NOW - 150_000, NOW);
    assertThat(time.shown(NOW)).isEqualTo(new SharedTime.Span(NOW - 225_000, NOW - 75_000));
    time.zoomIn(NOW - 150_000, NOW);
    assertThat(time.shown(NOW).length()).isEqualTo(Duration.ofSeconds(75));
    time.zoomOut(NOW);
    assertThat(time.shown(NOW).length()).isEqualTo(Duration.ofSeconds(150));
    time.zoomOut(NOW);
    assertThat(time.zoomProperty().get()).isNull();
  }

  @Test
  void anotherRangeEndsTheZoom() {
    time.zoom(NOW - 100_000, NOW - 40_000);
    time.range(TimeRange.HOUR);
    assertThat(time.zoomProperty().get()).isNull();
    assertThat(time.range()).isEqualTo(TimeRange.HOUR);
  }
}
