package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;

/// Planned changes of the primary while clients write.
class SwitchoverUnderLoadIT extends LabCase {
  private static final int CLIENTS = 32;

  /// A shared machine under other load; the figures are taken by `scripts/lab figures`.
  private static final long MOST_PAUSE_MS = 10_000;

  @Override
  LabPlan plan() {
    return LabPlan.of(2, true);
  }

  @Test
  void noClientIsToldOfASwitchoverThereAndBack() throws Exception {
    LabMember a = member("a");
    LabMember b = member("b");
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 4, 5, 1);
        WritingClients writers = new WritingClients(lab(), lab().nodes(), CLIENTS, 0)) {
      for (LabMember to : List.of(b, a)) {
        LabControl.awaitProvable(to);
        long before = System.nanoTime();
        OperationStatus done = LabControl.switchover(a, to.node);
        assertThat(done.state()).as(done.outcome()).isEqualTo(OperationState.SUCCEEDED);
        writers.awaitAll();
        assertThat(writers.longestPause(before).ms()).isLessThan(MOST_PAUSE_MS);
        assertThat(lab().primary()).isSameAs(to);
        lab().awaitCalm();
      }
      assertThat(writers.errors()).isEmpty();
      Verdict verdict = checker.verdict(a);
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
      assertThat(verdict.told()).isEmpty();
    }
  }
}
