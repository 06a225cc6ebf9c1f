package org.relevo.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;

class VerdictTest {
  private static final BackendId A = new BackendId(0);
  private static final BackendId B = new BackendId(1);
  private static final BackendId C = new BackendId(2);

  private static NodeFacts facts(long horizon, Long... markers) {
    return new NodeFacts(horizon, Set.of(markers), Set.of(), Set.of("postgres"));
  }

  @Test
  void equalNodesStay() {
    Verdict verdict = Verdict.of(Map.of(A, facts(0, 1L, 2L), B, facts(0, 2L, 1L)));
    assertThat(verdict.out()).isEmpty();
    assertThat(verdict.compared()).isEqualTo(2);
  }

  @Test
  void whoLacksACommitGoes() {
    Verdict verdict = Verdict.of(Map.of(A, facts(0, 1L), B, facts(0, 1L, 2L)));
    assertThat(verdict.best()).isEqualTo(B);
    assertThat(verdict.out()).containsOnlyKeys(A);
    assertThat(verdict.out().get(A)).isEqualTo("lacks 1 commits of node1");
  }

  @Test
  void whatOneHasThrownAwayIsNotCompared() {
    Verdict verdict = Verdict.of(Map.of(A, facts(5, 7L), B, facts(0, 3L, 5L, 7L)));
    assertThat(verdict.out()).isEmpty();
    assertThat(verdict.bound()).isEqualTo(5);
  }

  @Test
  void aNodeThatWasAwayLacksTheNewest() {
    assertThat(Verdict.of(Map.of(A, facts(50, 60L, 61L), B, facts(0, 3L))).out())
        .containsOnlyKeys(B);
  }

  @Test
  void ofEqualCountsMostNodesStay() {
    Verdict verdict =
        Verdict.of(Map.of(A, facts(0, 1L, 2L), B, facts(0, 1L, 3L), C, facts(0, 1L, 3L)));
    assertThat(verdict.best()).isEqualTo(B);
    assertThat(verdict.out()).containsOnlyKeys(A);
    assertThat(verdict.out().get(A)).contains("has 1 of its own");
  }

  @Test
  void whatClientsHavePreparedIsCompared() {
    NodeFacts one = new NodeFacts(0, Set.of(1L), Set.of("postgres/x"), Set.of("postgres"));
    NodeFacts more = new NodeFacts(0, Set.of(1L), Set.of(), Set.of("postgres", "new"));
    assertThat(Verdict.of(Map.of(A, facts(0, 1L), B, one)).out().get(B))
        .isEqualTo("has other prepared transactions than node0");
    assertThat(Verdict.of(Map.of(A, facts(0, 1L), B, more)).out().get(B))
        .isEqualTo("has other databases than node0");
  }

  @Test
  void namesOfPreparedTransactions() {
    assertThat(Marker.of("relevo_" + (Marker.first(3) + 7))).isEqualTo(Marker.first(3) + 7);
    assertThat(Marker.of("relevo_x")).isZero();
    assertThat(Marker.of("other")).isZero();
    assertThat(Marker.of("relevo_-5")).isZero();
  }
}
