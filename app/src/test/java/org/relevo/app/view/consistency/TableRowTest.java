package org.relevo.app.view.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.NodeCount;
import org.relevo.jmx.contract.TableCounts;

class TableRowTest {
  private static TableRow row(int reference, NodeCount... counts) {
    return TableRow.of(new TableCounts("public", "t", false, List.of(counts)), reference);
  }

  @Test
  void othersAreComparedWithTheReference() {
    TableRow row =
        row(1, new NodeCount(0, 8, ""), new NodeCount(1, 10, ""), new NodeCount(2, 10, ""));
    assertThat(row.cells())
        .extracting(CountCell::verdict)
        .containsExactly(
            CountCell.Verdict.DIFFERENT, CountCell.Verdict.REFERENCE, CountCell.Verdict.EQUAL);
    assertThat(row.cells().getFirst().difference()).isEqualTo(-2);
  }

  @Test
  void anUncountedCellIsNeverEqual() {
    TableRow row = row(0, new NodeCount(0, 10, ""), new NodeCount(1, -1, "permission denied"));
    assertThat(row.cells().getLast().verdict()).isEqualTo(CountCell.Verdict.UNKNOWN);
    assertThat(row.cells().getLast().problem()).isEqualTo("permission denied");
  }

  @Test
  void withoutACountOnTheReferenceNothingIsEqual() {
    TableRow row = row(0, new NodeCount(0, -1, "timeout"), new NodeCount(1, 10, ""));
    assertThat(row.cells()).extracting(CountCell::verdict).containsOnly(CountCell.Verdict.UNKNOWN);
  }

  @Test
  void theNameCarriesTheSchema() {
    assertThat(row(0).name()).isEqualTo("public.t");
  }
}
