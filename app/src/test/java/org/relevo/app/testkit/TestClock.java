package org.relevo.app.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/// Stands still until it is moved.
///
/// Owner: any thread.
public final class TestClock extends Clock {
  /// Half past eight on a spring evening: the time of all pictures.
  public static final Instant START = Instant.parse("2026-04-18T20:30:00Z");

  private volatile Instant now = START;

  public void advance(Duration by) {
    now = now.plus(by);
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return Clock.fixed(now, zone);
  }
}
