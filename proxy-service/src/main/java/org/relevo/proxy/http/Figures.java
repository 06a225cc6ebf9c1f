package org.relevo.proxy.http;

import java.util.Locale;

/// Values as figures.
final class Figures {
  static final double MS = 1000.0;

  private Figures() {}

  /// -1 stands for what is not known.
  static double known(double value) {
    return value < 0 ? Double.NaN : value;
  }

  static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
