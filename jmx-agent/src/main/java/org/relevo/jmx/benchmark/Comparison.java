package org.relevo.jmx.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.relevo.jmx.contract.BenchmarkComparison;
import org.relevo.jmx.contract.BenchmarkFact;
import org.relevo.jmx.contract.BenchmarkFigure;
import org.relevo.jmx.contract.BenchmarkRun;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.BenchmarkVerdict;

/// Two groups of runs beside each other. Pure.
final class Comparison {
  /// With fewer, not even groups that do not overlap are beyond chance at [#CHANCE].
  static final int FEWEST = 4;

  private static final double CHANCE = 0.05;

  /// Beyond it, numbers of ways get too large to be exact.
  private static final int LARGEST_EXACT = 400;

  private static final List<String> MOVING = List.of("machine.load_before", "server.database_size");
  private static final Map<String, ToDoubleFunction<BenchmarkStatus>> FIGURES =
      new java.util.LinkedHashMap<>();

  static {
    FIGURES.put("tps", BenchmarkStatus::tps);
    FIGURES.put("latencyMeanMs", BenchmarkStatus::latencyMeanMs);
    FIGURES.put("latencyP50Ms", BenchmarkStatus::latencyP50Ms);
    FIGURES.put("latencyP95Ms", BenchmarkStatus::latencyP95Ms);
    FIGURES.put("latencyP99Ms", BenchmarkStatus::latencyP99Ms);
    FIGURES.put("latencyMaxMs", BenchmarkStatus::latencyMaxMs);
  }

  private Comparison() {}

  static BenchmarkComparison of(List<BenchmarkRun> base, List<BenchmarkRun> other) {
    List<BenchmarkFigure> figures = new ArrayList<>();
    FIGURES.forEach((name, figure) -> {
      double[] one = sorted(base, figure);
      double[] two = sorted(other, figure);
      figures.add(figure(name, one, two, name.equals("tps")));
    });
    return new BenchmarkComparison(
        base.size(), other.size(), figures, differences(base.getFirst(), other.getFirst()));
  }

  private static double[] sorted(
      List<BenchmarkRun> runs, ToDoubleFunction<BenchmarkStatus> figure) {
    return runs.stream().map(BenchmarkRun::status).mapToDouble(figure).sorted().toArray();
  }

  static BenchmarkFigure figure(String name, double[] base, double[] other, boolean moreIsBetter) {
    double one = quantile(base, 0.5);
    double two = quantile(other, 0.5);
    boolean enough = base.length >= FEWEST && other.length >= FEWEST;
    double probability = enough ? probability(base, other) : -1;
    BenchmarkVerdict verdict =
        !enough
            ? BenchmarkVerdict.TOO_FEW
            : probability > CHANCE || one == two
                ? BenchmarkVerdict.SAME
                : two > one == moreIsBetter ? BenchmarkVerdict.BETTER : BenchmarkVerdict.WORSE;
    return new BenchmarkFigure(
        name,
        one,
        spread(base),
        two,
        spread(other),
        one == 0 ? -1 : two / one,
        probability,
        verdict);
  }

  /// @param sorted not empty
  static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  private static double spread(double[] sorted) {
    double median = quantile(sorted, 0.5);
    return median == 0 ? 0 : (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / median;
  }

  /// Mann and Whitney's test, both sides: the share of all ways to divide the values among two such
  /// groups in which they lie at least as far apart. Exact without ties; with ties, middle ranks
  /// are rounded toward no difference.
  static double probability(double[] base, double[] other) {
    double u = 0;
    for (double one : base) {
      for (double two : other) {
        u += one < two ? 1 : one == two ? 0.5 : 0;
      }
    }
    int most = base.length * other.length;
    if (most > LARGEST_EXACT) {
      return normal(Math.min(u, most - u), base.length, other.length);
    }
    int extreme = (int) Math.ceil(Math.min(u, most - u));
    double[] ways = ways(base.length, other.length);
    double all = Arrays.stream(ways).sum();
    double tail = 0;
    for (int i = 0; i <= Math.min(extreme, most); i++) {
      tail += ways[i];
    }
    return Math.min(1, 2 * tail / all);
  }

  private static double normal(double u, int first, int second) {
    double mean = first * second / 2.0;
    double deviation = Math.sqrt(first * (double) second * (first + second + 1) / 12);
    double z = Math.max(0, (mean - u - 0.5) / deviation);
    // Both tails of the bell curve, after Abramowitz and Stegun 7.1.26.
    double x = z / Math.sqrt(2);
    double t = 1 / (1 + 0.3275911 * x);
    double polynomial =
        t
            * (0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return Math.min(1, polynomial * Math.exp(-x * x));
  }

  /// In how many ways two groups give each value of the statistic: the coefficients of Gauss's
  /// binomial.
  private static double[] ways(int first, int second) {
    double[] ways = new double[first * second + 1];
    ways[0] = 1;
    for (int i = 1; i <= second; i++) {
      for (int at = ways.length - 1; at >= first + i; at--) {
        ways[at] -= ways[at - first - i];
      }
      for (int at = i; at < ways.length; at++) {
        ways[at] += ways[at - i];
      }
    }
    return ways;
  }

  private static List<String> differences(BenchmarkRun base, BenchmarkRun other) {
    Map<String, String> one = facts(base);
    Map<String, String> two = facts(other);
    TreeSet<String> names = new TreeSet<>(one.keySet());
    names.addAll(two.keySet());
    MOVING.forEach(names::remove);
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String left = one.getOrDefault(name, "-");
      String right = two.getOrDefault(name, "-");
      if (!left.equals(right)) {
        differences.add(name + ": " + left + " | " + right);
      }
    }
    return differences;
  }

  private static Map<String, String> facts(BenchmarkRun run) {
    Map<String, String> facts = new TreeMap<>();
    for (BenchmarkFact fact : run.environment()) {
      facts.put(fact.name(), fact.value());
    }
    BenchmarkStatus status = run.status();
    facts.put("plan.engine", status.engine());
    facts.put("plan.script", status.script());
    facts.put("plan.protocol", status.protocol());
    facts.put("plan.clients", "" + status.clients());
    facts.put("plan.jobs", "" + status.jobs());
    facts.put("plan.seconds", "" + status.seconds());
    facts.put("plan.rate", "" + run.plan().rate());
    facts.put("plan.target", status.target());
    return facts;
  }
}
