package org.relevo.proxy.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.relevo.jmx.contract.StatementInfo;
import org.relevo.jmx.contract.StatementNode;
import org.relevo.jmx.contract.StatementOrder;
import org.relevo.jmx.contract.StatementsStatus;

/// The statements of all event loops as one.
///
/// Owner: thread-safe.
public final class AllStatements {
  private final List<StatementStatistics> loops;

  public AllStatements(List<StatementStatistics> loops) {
    this.loops = List.copyOf(loops);
  }

  /// @param most entries over all loops, each with its share, rounded up; 0 counts nothing
  public void limit(int most) {
    int share = Math.ceilDiv(most, loops.size());
    loops.forEach(loop -> loop.limit(share));
  }

  public void reset() {
    loops.forEach(StatementStatistics::reset);
  }

  public StatementsStatus status() {
    int entries = 0;
    int capacity = 0;
    long dropped = 0;
    for (StatementStatistics loop : loops) {
      entries += loop.entries().size();
      capacity += loop.capacity();
      dropped += loop.dropped();
    }
    return new StatementsStatus(entries, capacity, dropped);
  }

  /// @param most rows
  public List<StatementInfo> top(int most, StatementOrder order) {
    Map<Key, StatementSum> sums = new HashMap<>();
    for (StatementStatistics loop : loops) {
      for (StatementEntry entry : loop.entries()) {
        Key key = new Key(entry.fingerprint, entry.database, entry.user);
        sums.computeIfAbsent(key, _ -> new StatementSum(entry)).add(entry);
      }
    }
    List<StatementInfo> rows = new ArrayList<>();
    sums.values().forEach(sum -> rows.add(sum.info()));
    rows.removeIf(row -> row.calls() == 0);
    rows.sort(
        by(order)
            .reversed()
            .thenComparing(StatementInfo::fingerprint)
            .thenComparing(StatementInfo::database)
            .thenComparing(StatementInfo::user));
    return List.copyOf(rows.subList(0, Math.min(most, rows.size())));
  }

  /// The calls of one user in one database, by node.
  public Map<Integer, Long> calls(String database, String user) {
    Map<Integer, Long> calls = new HashMap<>();
    for (StatementStatistics loop : loops) {
      for (StatementEntry entry : loop.entries()) {
        if (entry.database.equals(database) && entry.user.equals(user)) {
          StatementSum sum = new StatementSum(entry);
          sum.add(entry);
          for (StatementNode node : sum.info().nodes()) {
            calls.merge(node.nodeId(), node.calls(), Long::sum);
          }
        }
      }
    }
    return calls;
  }

  private static Comparator<StatementInfo> by(StatementOrder order) {
    return switch (order) {
      case TOTAL_TIME -> Comparator.comparingDouble(StatementInfo::totalMs);
      case MEAN_TIME -> Comparator.comparingDouble(StatementInfo::meanMs);
      case P99_TIME -> Comparator.comparingDouble(StatementInfo::p99Ms);
      case CALLS -> Comparator.comparingLong(StatementInfo::calls);
      case ROWS -> Comparator.comparingLong(StatementInfo::rows);
      case ERRORS -> Comparator.comparingLong(StatementInfo::errors);
    };
  }

  private record Key(long fingerprint, String database, String user) {}
}
