package org.relevo.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.agent.SyncNames.Quorum;

class SyncNamesTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  @Test
  void namesAreQuoted() {
    assertThat(SyncNames.value(new Quorum(Set.of("pg 1", "a\"b"), 1)))
        .isEqualTo("ANY 1 (\"a\"\"b\", \"pg 1\")");
    assertThat(SyncNames.value(new Quorum(Set.of("a"), 0))).isEmpty();
  }

  /// Every set of standbys that may have acknowledged a commit meets every set that a promotion may
  /// ask, at each point of each change.
  @Test
  void aPromotionFindsEveryAcknowledgedCommitDuringEveryChange() {
    List<Quorum> all = quorums();
    int checked = 0;
    for (Quorum from : all) {
      for (Quorum to : all) {
        Quorum between = SyncNames.between(from, to);
        found(from, between);
        found(to, between);
        checked++;
      }
      found(from, from);
    }
    assertThat(checked).isGreaterThan(500);
  }

  private static void found(Quorum acknowledging, Quorum state) {
    if (acknowledging.need() == 0 || state.need() == 0) {
      // Nobody acknowledges, or the state promises nothing.
      return;
    }
    int asked = state.names().size() - state.need() + 1;
    for (Set<String> having : subsets(acknowledging.names(), acknowledging.need())) {
      for (Set<String> answering : subsets(state.names(), asked)) {
        assertThat(answering)
            .as("%s acknowledged by %s, state %s", having, acknowledging, state)
            .containsAnyElementsOf(having);
      }
    }
  }

  private static List<Quorum> quorums() {
    List<Quorum> all = new ArrayList<>();
    for (int size = 0; size <= NAMES.size(); size++) {
      for (Set<String> names : subsets(Set.copyOf(NAMES), size)) {
        for (int need = 0; need <= size; need++) {
          all.add(new Quorum(names, need));
        }
      }
    }
    return all;
  }

  private static List<Set<String>> subsets(Set<String> of, int size) {
    List<String> names = new ArrayList<>(new TreeSet<>(of));
    List<Set<String>> found = new ArrayList<>();
    for (int bits = 0; bits < 1 << names.size(); bits++) {
      if (Integer.bitCount(bits) == size) {
        Set<String> subset = new TreeSet<>();
        for (int at = 0; at < names.size(); at++) {
          if ((bits & 1 << at) != 0) {
            subset.add(names.get(at));
          }
        }
        found.add(subset);
      }
    }
    return found;
  }
}
