package org.relevo.proxy.fanout;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.relevo.proxy.core.BackendId;

/// Which nodes stay after a service has died, and why each other has to go. Whatever a client was
/// told to be committed is on all of them, so any one could stay; the one with the most commits
/// does, with those that are equal to it. What was committed nowhere else may have been seen there.
///
/// @param best the one that the others are compared with
/// @param bound markers above it were compared
/// @param compared how many markers
/// @param out by node, why it has to go
record Verdict(BackendId best, long bound, int compared, Map<BackendId, String> out) {
  Verdict {
    out = Map.copyOf(out);
  }

  /// @param nodes not empty
  static Verdict of(Map<BackendId, NodeFacts> nodes) {
    // What one has thrown away cannot be compared; all had it.
    long bound = nodes.values().stream().mapToLong(NodeFacts::horizon).max().orElse(0);
    TreeMap<BackendId, Set<Long>> sets = new TreeMap<>();
    nodes.forEach((node, facts) -> sets.put(node, above(bound, facts.markers())));
    Map<Set<Long>, Long> equal =
        sets.values().stream().collect(Collectors.groupingBy(set -> set, Collectors.counting()));
    BackendId best = sets.firstKey();
    for (Map.Entry<BackendId, Set<Long>> each : sets.entrySet()) {
      Set<Long> most = sets.getOrDefault(best, Set.of());
      int more = Integer.compare(each.getValue().size(), most.size());
      long peers = equal.getOrDefault(each.getValue(), 0L) - equal.getOrDefault(most, 0L);
      if (more > 0 || (more == 0 && peers > 0)) {
        best = each.getKey();
      }
    }
    Set<Long> most = sets.getOrDefault(best, Set.of());
    Map<BackendId, String> out = new TreeMap<>();
    for (Map.Entry<BackendId, NodeFacts> each : nodes.entrySet()) {
      Set<Long> has = sets.getOrDefault(each.getKey(), Set.of());
      String why = difference(best, nodes.get(best), each.getValue(), most, has);
      if (!why.isEmpty()) {
        out.put(each.getKey(), why);
      }
    }
    return new Verdict(best, bound, most.size(), out);
  }

  private static Set<Long> above(long bound, Set<Long> markers) {
    return markers.stream().filter(marker -> marker > bound).collect(Collectors.toSet());
  }

  private static String difference(
      BackendId best,
      @org.jspecify.annotations.Nullable NodeFacts reference,
      NodeFacts facts,
      Set<Long> most,
      Set<Long> has) {
    int lacks = without(most, has);
    int alone = without(has, most);
    if (lacks > 0) {
      return "lacks %d commits of %s".formatted(lacks, best)
          + (alone > 0 ? " and has " + alone + " of its own" : "");
    }
    if (alone > 0) {
      return "has %d commits that %s lacks".formatted(alone, best);
    }
    if (reference != null && !reference.prepared().equals(facts.prepared())) {
      return "has other prepared transactions than " + best;
    }
    if (reference != null && !reference.databases().equals(facts.databases())) {
      return "has other databases than " + best;
    }
    return "";
  }

  private static int without(Set<Long> of, Set<Long> others) {
    Set<Long> left = new HashSet<>(of);
    left.removeAll(others);
    return left.size();
  }
}
