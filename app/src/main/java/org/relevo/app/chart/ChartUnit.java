package org.relevo.app.chart;

import java.text.NumberFormat;
import java.util.Locale;

/// What the numbers of a chart count. Writes values for people and chooses round axis steps.
public enum ChartUnit {
  COUNT("", "", false),
  PER_SECOND("", "/s", false),
  BYTES("B", "", true),
  BYTES_PER_SECOND("B", "/s", true),
  /// Values are 0 to 100.
  PERCENT("%", "", false),
  MILLISECONDS("ms", "", false);

  /// Shown for a value that is not known.
  public static final String UNKNOWN = "\u2013";

  private static final String[] BINARY_PREFIXES = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};
  private static final String NO_BREAK_SPACE = "\u00a0";
  private static final int WANTED_STEPS = 4;

  private final String symbol;
  private final String per;
  private final boolean binary;

  ChartUnit(String symbol, String per, boolean binary) {
    this.symbol = symbol;
    this.per = per;
    this.binary = binary;
  }

  /// The unit without a number, as it stands in a chart's title and in a CSV header.
  public String label() {
    return this == COUNT ? "" : this == PER_SECOND ? "1/s" : symbol + per;
  }

  /// Number and unit with three significant figures, such as `12.3 MiB/s`.
  ///
  /// @param value `NaN` when unknown
  public String format(double value, Locale locale) {
    if (Double.isNaN(value)) {
      return UNKNOWN;
    }
    int power = binary ? binaryPower(value) : 0;
    String number = number(value / Math.pow(1024, power), locale);
    String prefixed = (binary ? BINARY_PREFIXES[power] : "") + symbol;
    if (prefixed.isEmpty()) {
      return per.isEmpty() ? number : number + NO_BREAK_SPACE + per;
    }
    return number + NO_BREAK_SPACE + prefixed + per;
  }

  /// Distance of two grid lines so that about four of them reach `max`.
  double step(double max) {
    if (this == PERCENT) {
      return 25;
    }
    double least = Double.isNaN(max) || max <= 0 ? 1 : max / WANTED_STEPS;
    if (binary) {
      return Math.max(1, Math.pow(2, Math.ceil(Math.log(least) / Math.log(2))));
    }
    double magnitude = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : new double[] {1, 2, 2.5, 5}) {
      if (factor * magnitude >= least * 0.999) {
        return atLeastOneWhenWhole(factor * magnitude);
      }
    }
    return atLeastOneWhenWhole(10 * magnitude);
  }

  /// Upper end of the axis: a whole number of steps above `max`.
  double top(double max) {
    if (this == PERCENT) {
      return 100;
    }
    double step = step(max);
    double steps = Double.isNaN(max) || max <= 0 ? WANTED_STEPS : Math.ceil(max / step - 1e-9);
    return step * Math.max(1, steps);
  }

  private double atLeastOneWhenWhole(double step) {
    return this == COUNT ? Math.max(1, step) : step;
  }

  private static int binaryPower(double value) {
    double rest = Math.abs(value);
    int power = 0;
    // 999.5 would be written with four figures, so the next prefix starts there.
    while (rest >= 999.5 && power < BINARY_PREFIXES.length - 1) {
      rest /= 1024;
      power++;
    }
    return power;
  }

  private static String number(double value, Locale locale) {
    double size = Math.abs(value);
    NumberFormat format = NumberFormat.getNumberInstance(locale);
    format.setMaximumFractionDigits(size >= 100 ? 0 : size >= 10 ? 1 : 2);
    return format.format(value == 0 ? 0.0 : value);
  }
}
