package org.relevo.proxy.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.relevo.jmx.contract.StatementInfo;
import org.relevo.jmx.contract.StatementNode;

/// The entries of one statement on several event loops.
///
/// Owner: the caller.
final class StatementSum {
  private static final double NS_PER_MS = 1e6;
  private static final double US_PER_MS = 1e3;

  private final StatementEntry first;
  private final long[] latencies = new long[Latencies.BUCKETS];
  private long calls;
  private long errors;
  private long rows;
  private long ns;
  private long maxNs;
  private long[] nodes = {};

  StatementSum(StatementEntry first) {
    this.first = first;
  }

  void add(StatementEntry entry) {
    calls += entry.figures.getAcquire(StatementEntry.CALLS);
    errors += entry.figures.getAcquire(StatementEntry.ERRORS);
    rows += entry.figures.getAcquire(StatementEntry.ROWS);
    ns += entry.figures.getAcquire(StatementEntry.NS);
    maxNs = Math.max(maxNs, entry.figures.getAcquire(StatementEntry.MAX_NS));
    entry.latencies.addTo(latencies);
    AtomicLongArray more = entry.nodes();
    if (more.length() > nodes.length) {
      nodes = Arrays.copyOf(nodes, more.length());
    }
    for (int i = 0; i < more.length(); i++) {
      nodes[i] += more.getAcquire(i);
    }
  }

  StatementInfo info() {
    List<StatementNode> byNode = new ArrayList<>();
    for (int i = 0; i < nodes.length; i += 2) {
      if (nodes[i] > 0) {
        byNode.add(new StatementNode(i / 2, nodes[i], nodes[i + 1] / NS_PER_MS));
      }
    }
    return new StatementInfo(
        HexFormat.of().toHexDigits(first.fingerprint),
        first.database,
        first.user,
        first.text,
        calls,
        errors,
        rows,
        ns / NS_PER_MS,
        calls == 0 ? 0 : ns / NS_PER_MS / calls,
        quantile(0.5),
        quantile(0.95),
        quantile(0.99),
        maxNs / NS_PER_MS,
        byNode);
  }

  /// No more than the longest there was.
  private double quantile(double share) {
    return Math.min(Latencies.quantile(latencies, share) / US_PER_MS, maxNs / NS_PER_MS);
  }
}
