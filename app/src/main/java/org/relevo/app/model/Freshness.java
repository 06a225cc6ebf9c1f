package org.relevo.app.model;

import java.time.Duration;

/// How far a value may be believed, by its age.
public enum Freshness {
  /// At most two poll periods old.
  FRESH,
  /// Shown dimmed with its age.
  STALE,
  /// Shown as unknown; nothing is concluded from it.
  UNKNOWN;

  /// The poller's ordinary period.
  public static final Duration PERIOD = Duration.ofSeconds(1);

  public static Freshness of(Duration age) {
    if (age.compareTo(PERIOD.multipliedBy(5)) > 0) {
      return UNKNOWN;
    }
    return age.compareTo(PERIOD.multipliedBy(2)) > 0 ? STALE : FRESH;
  }
}
