package org.relevo.proxy.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.NodeCount;
import org.relevo.jmx.contract.TableCounts;
import org.relevo.proxy.consistency.NodeTables.Count;
import org.relevo.proxy.consistency.NodeTables.TableName;

class ComparisonTest {
  private static final TableName A = new TableName("public", "a");
  private static final TableName B = new TableName("public", "b");

  @Test
  void sameCountsOnAllNodesAreEqual() {
    Comparison comparison =
        Comparison.of(
            List.of(
                node(0, false, Map.of(B, rows(5), A, rows(3))),
                node(1, true, Map.of(A, rows(3), B, rows(5)))));
    assertThat(comparison.state()).isEqualTo(ConsistencyState.EQUAL);
    assertThat(comparison.tables()).extracting(TableCounts::table).containsExactly("a", "b");
    assertThat(comparison.tables()).allMatch(TableCounts::equal);
  }

  @Test
  void oneOtherCountIsADifferenceOfThatTableOnly() {
    Comparison comparison =
        Comparison.of(
            List.of(
                node(0, false, Map.of(A, rows(3), B, rows(5))),
                node(1, true, Map.of(A, rows(4), B, rows(5)))));
    assertThat(comparison.state()).isEqualTo(ConsistencyState.DIFFERENT);
    assertThat(comparison.problem()).isEmpty();
    assertThat(comparison.tables()).extracting(TableCounts::equal).containsExactly(false, true);
  }

  @Test
  void aTableThatOneNodeDoesNotHaveIsADifference() {
    Comparison comparison =
        Comparison.of(List.of(node(0, false, Map.of(A, rows(0))), node(1, false, Map.of())));
    assertThat(comparison.state()).isEqualTo(ConsistencyState.DIFFERENT);
    assertThat(comparison.tables().getFirst().counts().getLast())
        .isEqualTo(new NodeCount(1, -1, "no such table on this node"));
  }

  @Test
  void aNodeThatIsDownIsNoDifferenceButNothingIsEqual() {
    NodeTables down = new NodeTables(1, "node1", false, Map.of(), "refused", false);
    Comparison comparison = Comparison.of(List.of(node(0, false, Map.of(A, rows(3))), down));
    assertThat(comparison.state()).isEqualTo(ConsistencyState.FAILED);
    assertThat(comparison.problem()).isEqualTo("node1: refused");
    assertThat(comparison.tables().getFirst().equal()).isFalse();
    assertThat(comparison.tables().getFirst().counts())
        .containsExactly(new NodeCount(0, 3, ""), new NodeCount(1, -1, "refused"));
  }

  @Test
  void aDifferenceIsToldEvenWhenAnotherNodeIsDown() {
    NodeTables down = new NodeTables(2, "node2", false, Map.of(), "refused", false);
    Comparison comparison =
        Comparison.of(
            List.of(node(0, false, Map.of(A, rows(3))), node(1, true, Map.of(A, rows(2))), down));
    assertThat(comparison.state()).isEqualTo(ConsistencyState.DIFFERENT);
  }

  @Test
  void unloggedTablesAreComparedOnlyWithoutStandbys() {
    Count three = new Count(true, 3, "");
    Count two = new Count(true, 2, "");
    assertThat(
            Comparison.of(List.of(node(0, false, Map.of(A, three)), node(1, false, Map.of(A, two))))
                .state())
        .isEqualTo(ConsistencyState.DIFFERENT);
    Comparison withStandby =
        Comparison.of(List.of(node(0, false, Map.of(A, three)), node(1, true, Map.of(A, two))));
    assertThat(withStandby.state()).isEqualTo(ConsistencyState.EQUAL);
    assertThat(withStandby.tables().getFirst().counts())
        .allMatch(count -> count.rows() == -1 && count.problem().equals(Comparison.UNLOGGED));
  }

  @Test
  void aTableThatCannotBeReadFailsTheComparison() {
    Comparison comparison =
        Comparison.of(
            List.of(
                node(0, false, Map.of(A, new Count(false, -1, "no right"))),
                node(1, true, Map.of(A, new Count(false, -1, "no right")))));
    assertThat(comparison.state()).isEqualTo(ConsistencyState.FAILED);
    assertThat(comparison.problem()).isEqualTo("node0: public.a: no right");
  }

  private static NodeTables node(int id, boolean standby, Map<TableName, Count> tables) {
    return new NodeTables(id, "node" + id, standby, tables, "", false);
  }

  private static Count rows(long rows) {
    return new Count(false, rows, "");
  }
}
