package org.relevo.jmx.ctl;

import java.util.List;
import java.util.Locale;

/// How figures are written for people.
final class Figures {
  private static final List<String> SIZES = List.of("B", "kB", "MB", "GB", "TB", "PB");

  private Figures() {}

  static String bytes(long bytes) {
    return bytes((double) bytes);
  }

  /// Such as `12.3MB`; `-` for what is not known.
  static String bytes(double bytes) {
    if (bytes < 0) {
      return "-";
    }
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < SIZES.size() - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 || value >= 100
        ? Math.round(value) + SIZES.get(unit)
        : String.format(Locale.ROOT, "%.1f%s", value, SIZES.get(unit));
  }

  /// Such as `250ms`, `12.5s`, `3:05:17`; `-` for what is not known.
  static String duration(long ms) {
    if (ms < 0) {
      return "-";
    }
    if (ms < 1000) {
      return ms + "ms";
    }
    long seconds = ms / 1000;
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1fs", ms / 1000.0);
    }
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  /// A part of one as a percentage; `-` for what is not known.
  static String percent(double part) {
    return part < 0 ? "-" : String.format(Locale.ROOT, "%.1f", part * 100);
  }

  /// In one line, cut; `-` for nothing.
  static String text(String text, int most) {
    String line = text.replaceAll("\\s+", " ").strip();
    if (line.isEmpty()) {
      return "-";
    }
    return line.length() <= most ? line : line.substring(0, most - 1) + "…";
  }
}
