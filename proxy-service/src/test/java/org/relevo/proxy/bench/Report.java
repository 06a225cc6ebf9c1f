package org.relevo.proxy.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// What was measured, as tables of medians and as JSON. Ratios are taken within a round, since the
/// machine may be busier in the next one.
final class Report {
  private static final String CPU = "cpuSeconds";
  private static final String PLAIN = "relevo";
  private static final String BALANCED = "relevo-two";

  private record Key(String row, String target) {}

  private final Map<Key, Map<Integer, Sample>> samples = new LinkedHashMap<>();
  private final Map<Key, String> failures = new LinkedHashMap<>();
  private final Map<String, String> units = new LinkedHashMap<>();
  private final Set<String> targets = new LinkedHashSet<>();

  void add(Row row, Target target, int round, Sample sample) {
    note(row, target);
    samples.computeIfAbsent(key(row, target), _ -> new LinkedHashMap<>()).put(round, sample);
  }

  void fail(Row row, Target target, String reason) {
    note(row, target);
    failures.put(key(row, target), reason);
  }

  boolean failed(Row row, Target target) {
    return failures.containsKey(key(row, target));
  }

  private void note(Row row, Target target) {
    units.put(row.name(), row.unit());
    targets.add(target.name());
  }

  private static Key key(Row row, Target target) {
    return new Key(row.name(), target.name());
  }

  /// The tables, for people.
  String text() {
    StringBuilder text = new StringBuilder();
    table(text, "Median", (row, target) -> median(row, target, Sample::value));
    for (String base : List.of("direct", "pgbouncer")) {
      if (targets.contains(base)) {
        table(text, "Ratio to " + base, (row, target) -> ratio(row, target, base));
      }
    }
    more(text, "CPU seconds per 1000 transactions or logins, or per GB", CPU);
    cpuRatio(text);
    more(text, "p99, ms", "p99Ms");
    more(text, "Statements of the storm for each second", "stormsPerSecond");
    more(text, "Share of reads that the standby got", "standbyShare");
    more(text, "Slowest client's share of the mean", "slowestClient");
    more(text, "KB for each idle client", "kbEach");
    more(text, "Resident memory, MB", "residentMb");
    failures.forEach(
        (key, reason) -> text.append("%s, %s: %s%n".formatted(key.row(), key.target(), reason)));
    return text.toString();
  }

  /// Every sample, for programs.
  String json() {
    List<String> lines = new ArrayList<>();
    samples.forEach((key, rounds) ->
        rounds.forEach((round, sample) -> {
          StringBuilder line = new StringBuilder();
          line.append(
              "{\"row\":\"%s\",\"target\":\"%s\",\"round\":%d,\"unit\":\"%s\",\"value\":%s"
                  .formatted(key.row(), key.target(), round, units.get(key.row()), sample.value()));
          sample.more().forEach((name, figure) -> line.append(",\"" + name + "\":" + figure));
          lines.add(line.append('}').toString());
        }));
    return "[\n" + String.join(",\n", lines) + "\n]\n";
  }

  @FunctionalInterface
  private interface Cell {
    Optional<Double> of(String row, String target);
  }

  private void more(StringBuilder text, String title, String figure) {
    boolean known =
        samples.values().stream()
            .flatMap(rounds -> rounds.values().stream())
            .anyMatch(sample -> sample.more().containsKey(figure));
    if (known) {
      table(
          text,
          title,
          (row, target) ->
              median(row, target, sample -> sample.more().getOrDefault(figure, Double.NaN)));
    }
  }

  /// What balancing costs.
  private void cpuRatio(StringBuilder text) {
    if (targets.containsAll(Set.of(PLAIN, BALANCED))) {
      table(
          text,
          "CPU of %s for a transaction, ratio to %s".formatted(BALANCED, PLAIN),
          (row, target) ->
              target.equals(BALANCED)
                  ? ratio(row, target, PLAIN, sample -> sample.more().getOrDefault(CPU, Double.NaN))
                  : Optional.empty());
    }
  }

  private void table(StringBuilder text, String title, Cell cell) {
    List<String> lines = new ArrayList<>();
    for (String row : units.keySet()) {
      StringBuilder line = new StringBuilder("| %-18s |".formatted(row));
      boolean any = false;
      for (String target : targets) {
        Optional<Double> figure = cell.of(row, target);
        any |= figure.isPresent();
        line.append(" %10s |".formatted(figure.map(Report::shown).orElse("–")));
      }
      if (any) {
        lines.add(line.toString());
      }
    }
    text.append("%n### %s%n%n| %-18s |".formatted(title, "row"));
    targets.forEach(target -> text.append(" %10s |".formatted(target)));
    text.append("%n|%s%n".formatted("---|".repeat(targets.size() + 1)));
    lines.forEach(line -> text.append(line).append('\n'));
  }

  private Optional<Double> median(String row, String target, ToDoubleFunction<Sample> figure) {
    Map<Integer, Sample> rounds = samples.getOrDefault(new Key(row, target), Map.of());
    return median(rounds.values().stream().mapToDouble(figure).toArray());
  }

  private Optional<Double> ratio(String row, String target, String base) {
    return ratio(row, target, base, Sample::value);
  }

  private Optional<Double> ratio(
      String row, String target, String base, ToDoubleFunction<Sample> figure) {
    Map<Integer, Sample> own = samples.getOrDefault(new Key(row, target), Map.of());
    Map<Integer, Sample> others = samples.getOrDefault(new Key(row, base), Map.of());
    return median(
        own.entrySet().stream()
            .filter(entry -> others.containsKey(entry.getKey()))
            .mapToDouble(entry ->
                figure.applyAsDouble(entry.getValue())
                    / figure.applyAsDouble(others.get(entry.getKey())))
            .toArray());
  }

  static Optional<Double> median(double... figures) {
    double[] sorted = Arrays.stream(figures).filter(f -> !Double.isNaN(f)).sorted().toArray();
    int half = sorted.length / 2;
    if (sorted.length == 0) {
      return Optional.empty();
    }
    return Optional.of(
        sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2);
  }

  private static String shown(double figure) {
    double size = Math.abs(figure);
    return (size >= 100 ? "%.0f" : size >= 0.1 ? "%.2f" : "%.4f").formatted(figure);
  }
}
