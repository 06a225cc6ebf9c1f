package org.relevo.proxy.console;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Makes averages of totals: keeps those of the two last ends of a period, as PgBouncer does.
///
/// Owner: guarded by itself; one timer calls [#tick].
public final class StatsWindow {
  private record Sums(long atNs, Map<String, StatTotals> byDatabase) {}

  private Sums older;
  private Sums newer;

  public StatsWindow(long nowNs) {
    older = new Sums(nowNs, Map.of());
    newer = older;
  }

  /// A period is over.
  public synchronized void tick(long nowNs, Map<String, StatTotals> totals) {
    older = newer;
    newer = new Sums(nowNs, Map.copyOf(totals));
  }

  /// Totals as given, averages of the last whole period; before its end, of the time since start.
  ///
  /// @return by database name
  public synchronized List<DatabaseStats> stats(long nowNs, Map<String, StatTotals> totals) {
    boolean whole = newer.atNs() > older.atNs();
    Sums from = whole ? older : newer;
    Sums to = whole ? newer : new Sums(nowNs, totals);
    double seconds = Math.max(1e-3, (to.atNs() - from.atNs()) / 1e9);
    return new TreeMap<>(totals)
        .entrySet().stream()
            .map(entry ->
                new DatabaseStats(
                    entry.getKey(),
                    entry.getValue(),
                    average(
                        from.byDatabase().getOrDefault(entry.getKey(), StatTotals.ZERO),
                        to.byDatabase().getOrDefault(entry.getKey(), StatTotals.ZERO),
                        seconds)))
            .toList();
  }

  private static StatTotals average(StatTotals from, StatTotals to, double seconds) {
    return new StatTotals(
        rate(to.assignments() - from.assignments(), seconds),
        rate(to.transactions() - from.transactions(), seconds),
        rate(to.queries() - from.queries(), seconds),
        rate(to.received() - from.received(), seconds),
        rate(to.sent() - from.sent(), seconds),
        each(to.transactionUs() - from.transactionUs(), to.transactions() - from.transactions()),
        each(to.queryUs() - from.queryUs(), to.queries() - from.queries()),
        each(to.waitUs() - from.waitUs(), to.assignments() - from.assignments()),
        rate(to.clientParses() - from.clientParses(), seconds),
        rate(to.serverParses() - from.serverParses(), seconds),
        rate(to.binds() - from.binds(), seconds));
  }

  private static long rate(long count, double seconds) {
    return (long) (count / seconds);
  }

  private static long each(long sum, long count) {
    return count <= 0 ? 0 : sum / count;
  }
}
