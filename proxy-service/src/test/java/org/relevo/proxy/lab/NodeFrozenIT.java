package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// A machine or a service stands still and later goes on as if nothing had happened.
class NodeFrozenIT extends LabCase {
  private static final long MOST_MS = 20_000;

  @Override
  LabPlan plan() {
    return LabPlan.of(2, true);
  }

  @Test
  @Order(1)
  void aFrozenMachineIsReplacedAndDoesNoHarmWhenItGoesOn() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().standby();
    LabControl.awaitProvable(old);
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 8, 5, 5);
        WritingClients writers = new WritingClients(lab(), List.of(next), 4)) {
      long frozen = System.nanoTime();
      old.freeze();
      writers.awaitAll();
      assertThat(writers.firstWriteMs(frozen, List.of(next))).isLessThan(MOST_MS);
      old.thaw();
      lab().awaitServed();
      lab().awaitCalm();
      assertThat(lab().primary()).isSameAs(next);
      Verdict verdict = checker.verdict(next);
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }

  @Test
  @Order(2)
  void aFrozenServiceLetsNobodyWritePastItsLease() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().standby();
    LabControl.awaitProvable(old);
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 4, 5, 6);
        WritingClients writers = new WritingClients(lab(), List.of(next), 2)) {
      old.signalService("STOP");
      // Its server goes on as long as its guard is fed; then it is stopped, and replaced.
      Patience.until(ClusterLab.SETTLED, () -> "no new primary " + lab().told(), next::isPrimary);
      assertThat(old.isPrimary()).isFalse();
      writers.awaitAll();
      old.signalService("CONT");
      lab().awaitServed();
      lab().awaitCalm();
      assertThat(lab().primary()).isSameAs(next);
      Verdict verdict = checker.verdict(next);
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }
}
