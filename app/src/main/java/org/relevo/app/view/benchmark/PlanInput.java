package org.relevo.app.view.benchmark;

import java.util.List;
import java.util.Locale;
import org.relevo.jmx.contract.BenchmarkPlan;
import org.relevo.jmx.contract.BenchmarkScript;

/// A run as the form holds it, all of it text. Pure.
///
/// @param script name of a built-in one, or [#OWN]
/// @param text of an own script
record PlanInput(
    String label,
    String engine,
    String script,
    String text,
    String protocol,
    String clients,
    String jobs,
    String seconds,
    String rate,
    String runs) {
  static final String OWN = "own";

  private static final int MOST_CLIENTS = 1000;
  private static final int MOST_SECONDS = 7 * 86_400;
  private static final int MOST_RUNS = 100;

  /// @return text key of what to enter, "" when it is right
  String wrong() {
    if (number(clients) < 1 || number(clients) > MOST_CLIENTS) {
      return "benchmark.need.clients";
    }
    if (number(jobs) < 1 || number(jobs) > number(clients)) {
      return "benchmark.need.jobs";
    }
    if (number(seconds) < 0 || number(seconds) > MOST_SECONDS) {
      return "benchmark.need.seconds";
    }
    if (decimal(rate) < 0) {
      return "benchmark.need.rate";
    }
    if (number(runs) < 1 || number(runs) > MOST_RUNS) {
      return "benchmark.need.runs";
    }
    if (number(runs) > 1 && number(seconds) == 0) {
      return "benchmark.need.seconds-of-runs";
    }
    return script.equals(OWN) && text.isBlank() ? "benchmark.need.script" : "";
  }

  /// Of a right form.
  BenchmarkPlan plan() {
    return new BenchmarkPlan(
        label.strip(),
        engine,
        List.of(new BenchmarkScript(script, script.equals(OWN) ? text : "", 1)),
        protocol,
        number(clients),
        number(jobs),
        number(seconds),
        0,
        decimal(rate),
        0,
        List.of(),
        number(runs));
  }

  private static int number(String text) {
    return text.strip().matches("\\d{1,9}") ? Integer.parseInt(text.strip()) : -1;
  }

  /// Empty is 0; a comma is as good as a point.
  private static double decimal(String text) {
    String plain = text.strip().replace(',', '.').toLowerCase(Locale.ROOT);
    if (plain.isEmpty()) {
      return 0;
    }
    return plain.matches("\\d{1,9}(\\.\\d{1,3})?") ? Double.parseDouble(plain) : -1;
  }
}
