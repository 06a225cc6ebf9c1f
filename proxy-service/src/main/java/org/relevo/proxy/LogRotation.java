package org.relevo.proxy;

import ch.qos.logback.core.rolling.TriggeringPolicyBase;
import java.io.File;
import java.time.Duration;
import java.time.InstantSource;

/// A new file after a size or an age; at most one look a second.
///
/// Owner: the logging library, under the lock of the file.
final class LogRotation<E> extends TriggeringPolicyBase<E> {
  private static final long LOOK_MS = 1000;

  private final long mostBytes;
  private final Duration age;
  private final InstantSource clock;
  private long lookedAtMs;
  private long beganAtMs;

  /// @param mostBytes 0: never by size
  /// @param age zero: never by age
  LogRotation(long mostBytes, Duration age, InstantSource clock) {
    this.mostBytes = mostBytes;
    this.age = age;
    this.clock = clock;
    this.beganAtMs = clock.millis();
  }

  @Override
  public boolean isTriggeringEvent(File file, E event) {
    long now = clock.millis();
    if (now - lookedAtMs < LOOK_MS) {
      return false;
    }
    lookedAtMs = now;
    boolean old = age.isPositive() && now - beganAtMs >= age.toMillis();
    boolean big = mostBytes > 0 && file.length() >= mostBytes;
    if ((old || big) && file.length() > 0) {
      beganAtMs = now;
      return true;
    }
    return false;
  }
}
