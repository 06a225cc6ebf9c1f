package org.relevo.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotMemoryTest {
  private static final int COPIES = 20;

  /// What management shows is what the heap holds.
  @Test
  void theEstimateIsNearTheTruth() {
    List<Snapshot> kept = new ArrayList<>();
    kept.add(snapshot());
    long before = used();
    for (int i = 0; i < COPIES; i++) {
      kept.add(snapshot());
    }
    long each = (used() - before) / COPIES;
    long estimate = kept.getFirst().figures().bytes();
    System.Logger log = System.getLogger("catalog");
    log.log(System.Logger.Level.INFO, "10000 tables and 5000 functions: {0} bytes", each);
    assertThat(each).isBetween(estimate / 2, estimate * 2);
    assertThat(kept).hasSize(COPIES + 1);
  }

  private static Snapshot snapshot() {
    Rows rows = new Rows();
    rows.namespaces.add(new Rows.Namespace(FakeSource.PUBLIC, new String("public"), true));
    for (int i = 0; i < 5000; i++) {
      rows.functions.add(
          new Rows.Function(
              i,
              "function_with_a_name_" + i,
              FakeSource.PUBLIC,
              0,
              false,
              's',
              'f',
              List.of(23, 25),
              0));
    }
    for (int i = 0; i < 10_000; i++) {
      rows.relations.add(
          new Rows.Rel(20_000 + i, "table_with_a_name_" + i, FakeSource.PUBLIC, 'r', 'p'));
    }
    return SnapshotBuilder.build(rows);
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
