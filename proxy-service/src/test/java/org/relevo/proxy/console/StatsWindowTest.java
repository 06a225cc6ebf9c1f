package org.relevo.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StatsWindowTest {
  private static final long SECOND_NS = 1_000_000_000L;

  private static Map<String, StatTotals> totals(long transactions, long transactionUs) {
    return Map.of("shop", new StatTotals(0, transactions, 0, 0, 0, transactionUs, 0, 0, 0, 0, 0));
  }

  @Test
  void beforeTheFirstPeriodEndsTheTimeSinceStartCounts() {
    StatsWindow window = new StatsWindow(0);
    DatabaseStats stats = window.stats(10 * SECOND_NS, totals(100, 5000)).getFirst();
    assertThat(stats.average().transactions()).isEqualTo(10);
    assertThat(stats.average().transactionUs()).isEqualTo(50);
    assertThat(stats.total().transactions()).isEqualTo(100);
  }

  @Test
  void thenTheLastWholePeriodCounts() {
    StatsWindow window = new StatsWindow(0);
    window.tick(60 * SECOND_NS, totals(600, 60_000));
    window.tick(120 * SECOND_NS, totals(6600, 660_000));
    DatabaseStats stats = window.stats(150 * SECOND_NS, totals(9999, 1)).getFirst();
    assertThat(stats.average().transactions()).isEqualTo(100);
    assertThat(stats.average().transactionUs()).isEqualTo(100);
    assertThat(stats.total().transactions()).isEqualTo(9999);
  }

  @Test
  void aDatabaseWithoutTransactionsHasNoAverageTime() {
    StatsWindow window = new StatsWindow(0);
    DatabaseStats stats = window.stats(SECOND_NS, totals(0, 0)).getFirst();
    assertThat(stats.average()).isEqualTo(StatTotals.ZERO);
  }
}
