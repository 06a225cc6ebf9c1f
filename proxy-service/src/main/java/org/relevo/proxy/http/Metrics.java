package org.relevo.proxy.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Figures in the text form of OpenMetrics 1.0, or of Prometheus 0.0.4. Families keep the order in
/// which they were begun; a family has at most [#MOST_SAMPLES] samples, so that no number of
/// databases or users makes a scrape large without bound.
///
/// Owner: the thread that makes it.
public final class Metrics {
  static final int MOST_SAMPLES = 2_000;
  private static final int MOST_LABEL_CHARS = 120;

  /// What a family counts.
  private enum Type {
    GAUGE,
    COUNTER,
    INFO
  }

  private static final class Family {
    final Type type;
    final String unit;
    final String help;
    final List<String> samples = new ArrayList<>();
    int dropped;

    Family(Type type, String unit, String help) {
      this.type = type;
      this.unit = unit;
      this.help = help;
    }
  }

  private final Map<String, Family> families = new LinkedHashMap<>();

  /// Adds a value that goes up and down; NaN adds none, for what is not known.
  ///
  /// @param name ends in `_` and the unit, if there is one
  /// @param labels name, value, name, value, …
  public void gauge(String name, String unit, String help, double value, String... labels) {
    add(name, Type.GAUGE, unit, help, value, labels);
  }

  /// Adds a value that only grows.
  ///
  /// @param name without `_total`
  public void counter(String name, String unit, String help, double value, String... labels) {
    add(name, Type.COUNTER, unit, help, value, labels);
  }

  /// Adds texts about the service as labels.
  public void info(String name, String help, String... labels) {
    add(name, Type.INFO, "", help, 1, labels);
  }

  private void add(
      String name, Type type, String unit, String help, double value, String... labels) {
    Family family = families.computeIfAbsent(name, _ -> new Family(type, unit, help));
    if (Double.isNaN(value)) {
      return;
    }
    if (family.samples.size() >= MOST_SAMPLES) {
      family.dropped++;
      return;
    }
    String suffix =
        switch (family.type) {
          case GAUGE -> "";
          case COUNTER -> "_total";
          case INFO -> "_info";
        };
    family.samples.add(name + suffix + labels(labels) + " " + number(value));
  }

  private static String labels(String... labels) {
    if (labels.length == 0) {
      return "";
    }
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < labels.length; i += 2) {
      text.append(i == 0 ? "" : ",")
          .append(labels[i])
          .append("=\"")
          .append(escaped(labels[i + 1]))
          .append('"');
    }
    return text.append('}').toString();
  }

  private static String escaped(String value) {
    String shown = value.length() > MOST_LABEL_CHARS ? value.substring(0, MOST_LABEL_CHARS) : value;
    return shown.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    return Double.toString(value).toLowerCase(Locale.ROOT);
  }

  /// How many samples were left out because their families were full.
  int dropped() {
    return families.values().stream().mapToInt(family -> family.dropped).sum();
  }

  /// @param open whether OpenMetrics is wanted, else the older form
  public String text(boolean open) {
    StringBuilder text = new StringBuilder(16 * 1024);
    families.forEach((name, family) -> {
      String type = family.type.name().toLowerCase(Locale.ROOT);
      String shown = name;
      if (!open && family.type != Type.GAUGE) {
        shown = name + (family.type == Type.COUNTER ? "_total" : "_info");
        type = family.type == Type.COUNTER ? "counter" : "gauge";
      }
      text.append("# TYPE ").append(shown).append(' ').append(type).append('\n');
      if (open && !family.unit.isEmpty()) {
        text.append("# UNIT ").append(name).append(' ').append(family.unit).append('\n');
      }
      text.append("# HELP ").append(shown).append(' ').append(escaped(family.help)).append('\n');
      family.samples.forEach(sample -> text.append(sample).append('\n'));
    });
    if (open) {
      text.append("# EOF\n");
    }
    return text.toString();
  }
}
