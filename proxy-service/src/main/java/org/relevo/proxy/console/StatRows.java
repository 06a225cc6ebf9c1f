package org.relevo.proxy.console;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Rows of `SHOW STATS` and its parts.
final class StatRows {
  private static final List<String> SUM_NAMES =
      List.of(
          "server_assignment_count",
          "xact_count",
          "query_count",
          "received",
          "sent",
          "xact_time",
          "query_time",
          "wait_time",
          "client_parse_count",
          "server_parse_count",
          "bind_count");

  private StatRows() {}

  static Stream<Row> stats(Material material) {
    return material.source().stats().stream()
        .map(each -> row(each.database(), numbers(each.total()), numbers(each.average())));
  }

  static Stream<Row> totals(Material material) {
    return material.source().stats().stream()
        .map(each -> row(each.database(), numbers(each.total()), List.of()));
  }

  static Stream<Row> averages(Material material) {
    return material.source().stats().stream()
        .map(each -> row(each.database(), numbers(each.average()), List.of()));
  }

  /// All databases together. Averages of times cannot be added: they are weighted by their counts.
  static Stream<Row> sums(Material material) {
    List<DatabaseStats> stats = material.source().stats();
    StatTotals total =
        stats.stream().map(DatabaseStats::total).reduce(StatTotals.ZERO, StatTotals::plus);
    StatTotals sum =
        stats.stream().map(DatabaseStats::average).reduce(StatTotals.ZERO, StatTotals::plus);
    StatTotals average =
        new StatTotals(
            sum.assignments(),
            sum.transactions(),
            sum.queries(),
            sum.received(),
            sum.sent(),
            weighted(stats, StatTotals::transactionUs, StatTotals::transactions),
            weighted(stats, StatTotals::queryUs, StatTotals::queries),
            weighted(stats, StatTotals::waitUs, StatTotals::assignments),
            sum.clientParses(),
            sum.serverParses(),
            sum.binds());
    return Stream.concat(named("total_", numbers(total)), named("avg_", numbers(average)));
  }

  private static long weighted(
      List<DatabaseStats> stats,
      ToLongFunction<StatTotals> time,
      ToLongFunction<StatTotals> count) {
    double sum = 0;
    double counts = 0;
    for (DatabaseStats each : stats) {
      double weight = count.applyAsLong(each.average());
      sum += weight * time.applyAsLong(each.average());
      counts += weight;
    }
    return counts == 0 ? 0 : (long) (sum / counts);
  }

  private static Stream<Row> named(String prefix, List<Long> values) {
    return IntStream.range(0, values.size())
        .mapToObj(i -> Row.of(prefix + SUM_NAMES.get(i), values.get(i)));
  }

  private static Row row(String database, List<Long> first, List<Long> second) {
    List<Object> values = new ArrayList<>();
    values.add(database);
    values.addAll(first);
    values.addAll(second);
    return Row.of(values.toArray());
  }

  private static List<Long> numbers(StatTotals stats) {
    return List.of(
        stats.assignments(),
        stats.transactions(),
        stats.queries(),
        stats.received(),
        stats.sent(),
        stats.transactionUs(),
        stats.queryUs(),
        stats.waitUs(),
        stats.clientParses(),
        stats.serverParses(),
        stats.binds());
  }
}
