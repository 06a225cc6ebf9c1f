package org.relevo.proxy.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Times as pgpool-II and PostgreSQL write them: `30`, `30s`, `5 min`, `1.5h`.
final class Durations {
  private static final Pattern FORM = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)\\s*([A-Za-z]*)");
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "min", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

  private Durations() {}

  /// @param unit that of a number without one
  /// @throws IllegalArgumentException with a text for people
  static Duration parse(String text, String unit) {
    Matcher matcher = FORM.matcher(text.strip());
    Long millis =
        matcher.matches() ? MILLIS.get(matcher.group(2).isEmpty() ? unit : matcher.group(2)) : null;
    if (millis == null) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a time; write a number with ms, s, min, h or d, as 30s");
    }
    return Duration.ofMillis(Math.round(Double.parseDouble(matcher.group(1)) * millis));
  }

  /// The shortest exact form.
  static String show(Duration duration) {
    long ms = duration.toMillis();
    if (ms == 0) {
      return "0";
    }
    if (ms % 3_600_000 == 0) {
      return ms / 3_600_000 + "h";
    }
    if (ms % 60_000 == 0) {
      return ms / 60_000 + "min";
    }
    return ms % 1_000 == 0 ? ms / 1_000 + "s" : ms + "ms";
  }
}
