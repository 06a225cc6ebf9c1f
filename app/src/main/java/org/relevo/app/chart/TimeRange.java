package org.relevo.app.chart;

import java.time.Duration;
import java.util.Arrays;

/// How much time charts show, from the newest minutes to what services keep at most.
public enum TimeRange {
  MINUTES_2(Duration.ofMinutes(2)),
  MINUTES_5(Duration.ofMinutes(5)),
  MINUTES_10(Duration.ofMinutes(10)),
  HOUR(Duration.ofHours(1)),
  HOURS_6(Duration.ofHours(6)),
  DAY(Duration.ofDays(1)),
  DAYS_14(Duration.ofDays(14));

  private final Duration length;

  TimeRange(Duration length) {
    this.length = length;
  }

  public Duration length() {
    return length;
  }

  /// The shortest that is as long as a span of time.
  public static TimeRange covering(Duration span) {
    return Arrays.stream(values())
        .filter(range -> range.length.compareTo(span) >= 0)
        .findFirst()
        .orElse(DAYS_14);
  }

  public String textKey() {
    return "series.range." + name();
  }
}
