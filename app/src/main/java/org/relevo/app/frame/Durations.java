package org.relevo.app.frame;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Times and sizes as people read them, without words, so that no language is needed but the
/// decimal sign's.
public final class Durations {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  private Durations() {}

  /// Such as `0.87 s`, `12 s`, `3 min 05 s` or `2 h 04 min`.
  public static String of(Duration duration, Locale locale) {
    long seconds = duration.toSeconds();
    if (seconds < 10) {
      return String.format(locale, "%.2f s", duration.toMillis() / 1000.0);
    }
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7200) {
      return String.format(locale, "%d min %02d s", seconds / 60, seconds % 60);
    }
    return String.format(locale, "%d h %02d min", seconds / 3600, seconds / 60 % 60);
  }

  /// Whole seconds, such as `0 s` or `4 s`, then as [#of].
  public static String age(Duration age, Locale locale) {
    return age.toSeconds() < 10 ? age.toSeconds() + " s" : of(age, locale);
  }

  /// Time of day in the desktop's zone.
  public static String time(Instant at, ZoneId zone) {
    return TIME.format(at.atZone(zone));
  }

  /// Such as `41.3 kB`; decimal units, as disks and networks are sold.
  public static String bytes(long bytes, Locale locale) {
    double value = bytes;
    int unit = 0;
    while (Math.abs(value) >= 1000 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(locale, "%.1f %s", value, UNITS[unit]);
  }
}
