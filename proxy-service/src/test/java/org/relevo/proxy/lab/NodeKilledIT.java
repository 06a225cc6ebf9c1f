package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// A machine dies with all that is on it.
class NodeKilledIT extends LabCase {
  private static final long MOST_MS = 20_000;

  @Override
  LabPlan plan() {
    return LabPlan.of(2, true);
  }

  @Test
  @Order(1)
  void theMachineOfPrimaryAndLeaderDiesAndComesBack() throws Exception {
    LabMember old = LabControl.leaderAtPrimary(lab());
    LabMember next = lab().standby();
    LabControl.awaitProvable(old);
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 8, 5, 3);
        WritingClients writers = new WritingClients(lab(), List.of(next), 4)) {
      long epoch = LabControl.status(next).epoch();
      long killed = System.nanoTime();
      old.killAll();
      writers.awaitAll();
      assertThat(writers.firstWriteMs(killed, List.of(next))).isLessThan(MOST_MS);
      assertThat(LabControl.status(next).epoch()).as("one failover").isEqualTo(epoch + 1);
      old.launch();
      old.awaitService();
      lab().awaitCalm();
      assertThat(lab().primary()).isSameAs(next);
      Verdict verdict = checker.verdict(next);
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }

  @Test
  @Order(2)
  void allMachinesDieAndComeBackInAnotherOrder() throws Exception {
    LabMember primary = lab().primary();
    LabMember standby = lab().standby();
    LabControl.awaitProvable(primary);
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 4, 5, 4)) {
      long before = checker.acknowledged();
      Patience.until("clients write", () -> checker.acknowledged() > before + 20);
      for (LabMember member : lab().members()) {
        member.killAll();
      }
      checker.stop();
      standby.launch();
      standby.awaitService();
      primary.launch();
      primary.awaitService();
      member(ClusterLab.WITNESS).launch();
      member(ClusterLab.WITNESS).awaitService();
      lab().awaitServed();
      lab().awaitCalm();
      Verdict verdict = checker.verdict(lab().primary());
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }

  @Test
  @Order(3)
  void allMachinesDieAndThatOfThePrimaryDoesNotComeBackAtOnce() throws Exception {
    LabMember primary = lab().primary();
    LabMember standby = lab().standby();
    LabControl.awaitProvable(primary);
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 4, 5, 5)) {
      long before = checker.acknowledged();
      Patience.until("clients write", () -> checker.acknowledged() > before + 20);
      for (LabMember member : lab().members()) {
        member.killAll();
      }
      checker.stop();
      for (LabMember each : List.of(standby, member(ClusterLab.WITNESS))) {
        each.launch();
        each.awaitService();
      }
      Patience.until("the standby is primary", standby::isPrimary);
      primary.launch();
      primary.awaitService();
      lab().awaitServed();
      lab().awaitCalm();
      assertThat(lab().primary()).isSameAs(standby);
      Verdict verdict = checker.verdict(standby);
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }

  @Test
  @Order(4)
  void theStandbysMachineDiesAndNoClientOfTheOtherIsTold() throws Exception {
    LabMember primary = lab().primary();
    LabMember standby = lab().standby();
    LabControl.awaitProvable(primary);
    try (WritingClients writers = new WritingClients(lab(), List.of(primary), 4)) {
      standby.killAll();
      writers.awaitAll();
      assertThat(writers.errors()).isEmpty();
      standby.launch();
      standby.awaitService();
      lab().awaitCalm();
      LabControl.awaitProvable(primary);
      assertThat(writers.errors()).isEmpty();
    }
    assertThat(lab().primary()).isSameAs(primary);
  }
}
