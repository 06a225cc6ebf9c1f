package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ControlStatus;

/// A standby is there, and does not have what was acknowledged.
class NotInSyncIT extends LabCase {
  /// Longer than a lease and the waits of a failover.
  private static final long LONG_NS = 8_000_000_000L;

  @Override
  LabPlan plan() {
    return LabPlan.of(2, true);
  }

  @Test
  @Order(1)
  void aStandbyThatReceivesNothingDelaysCommitsForAMomentAtMost() throws Exception {
    LabMember primary = lab().primary();
    LabMember standby = lab().standby();
    LabControl.awaitProvable(primary);
    try (WritingClients writers = new WritingClients(lab(), List.of(primary), 4);
        HeldBack _ = new HeldBack(primary, standby)) {
      writers.awaitAll();
      assertThat(LabControl.status(primary).waitForNodes()).isEmpty();
      assertThat(writers.errors()).isEmpty();
    }
    lab().awaitCalm();
    LabControl.awaitProvable(primary);
    assertThat(LabControl.status(primary).waitForNodes()).containsExactly(standby.node);
  }

  @Test
  @Order(2)
  void aStandbyThatIsBackButNotInSyncIsNotPromoted() throws Exception {
    LabMember primary = lab().primary();
    LabMember standby = lab().standby();
    LabControl.awaitProvable(primary);
    try (CheckerClient checker = new CheckerClient(lab(), List.of(primary), 4, 5, 20)) {
      standby.killService();
      try (HeldBack _ = new HeldBack(primary, standby)) {
        LabControl.await(
            primary, "it waits for nobody", status -> status.settled() && status.waitFor() == 0);
        long alone = checker.acknowledged();
        Patience.until("clients write alone", () -> checker.acknowledged() > alone + 50);
        standby.launch();
        standby.awaitService();
        Patience.until("all members are heard", () -> LabControl.together(lab()));
        LabControl.await(
            primary,
            "the standby's agent is back",
            status -> LabControl.node(status, standby).condition().equals("standby"));
        assertThat(settledOn(LabControl.status(primary), standby)).isFalse();
        var mark = lab().mark();
        primary.killAll();
        lab().awaitDecision(mark, "F-023");
        long lost = System.nanoTime();
        Patience.until("time goes by", () -> System.nanoTime() - lost > LONG_NS);
        assertThat(standby.isPrimary()).isFalse();
      }
      primary.launch();
      primary.awaitService();
      lab().awaitServed();
      lab().awaitCalm();
      assertThat(lab().primary()).isSameAs(primary);
      Verdict verdict = checker.verdict(primary);
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }

  private static boolean settledOn(ControlStatus status, LabMember standby) {
    return status.settled() && status.waitForNodes().contains(standby.node);
  }
}
