package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// Two members and no witness: each is needed.
class TwoMembersIT extends LabCase {
  private static final long LONG_NS = 8_000_000_000L;

  @Override
  LabPlan plan() {
    return LabPlan.of(2, false);
  }

  @Test
  @Order(1)
  void withoutTheStandbysMachineNobodyWrites() throws Exception {
    LabMember primary = lab().primary();
    LabMember standby = lab().standby();
    LabControl.awaitProvable(primary);
    long epoch = LabControl.status(primary).epoch();
    try (CheckerClient checker = new CheckerClient(lab(), List.of(primary), 4, 5, 42)) {
      Patience.until("clients write", () -> checker.acknowledged() > 20);
      standby.killAll();
      LabControl.await(primary, "it lets nobody write", status -> status.writesForMs() == 0);
      long stopped = checker.acknowledged();
      long since = System.nanoTime();
      Patience.until("time goes by", () -> System.nanoTime() - since > LONG_NS);
      assertThat(checker.acknowledged()).isEqualTo(stopped);
      standby.launch();
      standby.awaitService();
      lab().awaitServed();
      lab().awaitCalm();
      Patience.until("clients write again", () -> checker.acknowledged() > stopped + 20);
      assertThat(lab().primary()).isSameAs(primary);
      assertThat(LabControl.status(primary).epoch()).isEqualTo(epoch);
      Verdict verdict = checker.verdict(primary);
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }

  @Test
  @Order(2)
  void withoutThePrimarysMachineNobodyIsPromoted() throws Exception {
    LabMember primary = lab().primary();
    LabMember standby = lab().standby();
    LabControl.awaitProvable(primary);
    primary.killAll();
    LabControl.await(standby, "it lets nobody write", status -> status.writesForMs() == 0);
    long since = System.nanoTime();
    Patience.until("time goes by", () -> System.nanoTime() - since > LONG_NS);
    assertThat(standby.isPrimary()).isFalse();
    primary.launch();
    primary.awaitService();
    lab().awaitServed();
    lab().awaitCalm();
  }
}
