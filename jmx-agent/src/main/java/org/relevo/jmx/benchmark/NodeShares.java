package org.relevo.jmx.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.relevo.jmx.contract.BenchmarkShare;

/// Which node did how much while a run ran.
///
/// Owner: the benchmark's thread makes it and calls [#look]; any thread reads.
final class NodeShares {
  private static final double NANOS = 1e9;

  private final Supplier<Map<Integer, Long>> calls;
  private final Map<Integer, Long> first;
  private final long began = System.nanoTime();
  private Map<Integer, Long> last;
  private long lastLook = began;
  private volatile List<BenchmarkShare> shares = List.of();

  NodeShares(Supplier<Map<Integer, Long>> calls) {
    this.calls = calls;
    this.first = new TreeMap<>(calls.get());
    this.last = first;
  }

  List<BenchmarkShare> now() {
    return shares;
  }

  /// Counts what came since the last look.
  void look() {
    Map<Integer, Long> counted = new TreeMap<>(calls.get());
    long now = System.nanoTime();
    shares = shares(counted, last, Math.max(1, now - lastLook));
    last = counted;
    lastLook = now;
  }

  /// The whole run, with its mean rate.
  void end() {
    look();
    shares = shares(last, first, Math.max(1, System.nanoTime() - began));
  }

  private List<BenchmarkShare> shares(
      Map<Integer, Long> counted, Map<Integer, Long> before, long nanos) {
    long all = 0;
    for (Map.Entry<Integer, Long> node : counted.entrySet()) {
      all += more(node, first);
    }
    List<BenchmarkShare> made = new ArrayList<>();
    for (Map.Entry<Integer, Long> node : counted.entrySet()) {
      int id = node.getKey();
      long since = more(node, first);
      long lately = more(node, before);
      made.add(
          new BenchmarkShare(
              id, since, all == 0 ? 0 : (double) since / all, lately * NANOS / nanos));
    }
    return List.copyOf(made);
  }

  /// The counts begin anew when somebody resets them, and lose statements that were seldom used.
  private static long more(Map.Entry<Integer, Long> node, Map<Integer, Long> before) {
    return Math.max(0, node.getValue() - before.getOrDefault(node.getKey(), 0L));
  }
}
