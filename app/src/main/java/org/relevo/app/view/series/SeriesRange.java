package org.relevo.app.view.series;

import java.time.Duration;

/// How much time the charts show, and in which steps the service is asked for it.
enum SeriesRange {
  MINUTES_5(Duration.ofMinutes(5), 1),
  HOUR(Duration.ofHours(1), 10),
  HOURS_6(Duration.ofHours(6), 60),
  DAY(Duration.ofDays(1), 60),
  DAYS_14(Duration.ofDays(14), 60);

  private final Duration length;
  private final int stepSeconds;

  SeriesRange(Duration length, int stepSeconds) {
    this.length = length;
    this.stepSeconds = stepSeconds;
  }

  Duration length() {
    return length;
  }

  int stepSeconds() {
    return stepSeconds;
  }

  String textKey() {
    return "series.range." + name();
  }
}
