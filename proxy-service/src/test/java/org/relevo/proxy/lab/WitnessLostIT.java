package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// The witness is lost, and then the majority.
class WitnessLostIT extends LabCase {
  @Override
  LabPlan plan() {
    return LabPlan.of(2, true);
  }

  @Test
  @Order(1)
  void theWitnessIsLostAndReplacedByAnEmptyOne() throws Exception {
    LabMember primary = lab().primary();
    LabMember witness = member(ClusterLab.WITNESS);
    LabControl.awaitProvable(primary);
    try (WritingClients writers = new WritingClients(lab(), lab().nodes(), 8)) {
      witness.killAll();
      writers.awaitAll();
      witness.wipe();
      witness.launch();
      Patience.until("the witness is back", () -> witness.logged().contains("quorum.joined"));
      lab().awaitCalm();
      writers.awaitAll();
      assertThat(writers.errors()).isEmpty();
    }
    assertThat(lab().primary()).isSameAs(primary);
  }

  @Test
  @Order(2)
  void withoutAMajorityNobodyWritesNobodyIsPromotedAndReadsGoOn() throws Exception {
    LabMember primary = lab().primary();
    LabMember standby = lab().standby();
    LabControl.awaitProvable(primary);
    long epoch = LabControl.status(primary).epoch();
    try (CheckerClient checker = new CheckerClient(lab(), List.of(primary), 4, 5, 10)) {
      member(ClusterLab.WITNESS).killAll();
      standby.killAll();
      LabControl.await(primary, "it lets nobody write", status -> status.writesForMs() == 0);
      long acknowledged = checker.acknowledged();
      assertThatThrownBy(() -> LabControl.goal(primary, standby, "detached"))
          .isInstanceOf(IllegalStateException.class);
      assertThat(checker.acknowledged()).isEqualTo(acknowledged);
      standby.launch();
      standby.awaitService();
      // What was refused for want of an answer may have taken effect since.
      LabControl.goal(primary, standby, "standby");
      lab().awaitServed();
      Patience.until("clients write again", () -> checker.acknowledged() > acknowledged);
      member(ClusterLab.WITNESS).launch();
      member(ClusterLab.WITNESS).awaitService();
      lab().awaitCalm();
      assertThat(LabControl.status(primary).primaryNodeId()).isEqualTo(primary.node);
      assertThat(LabControl.status(primary).epoch()).isEqualTo(epoch);
      Verdict verdict = checker.verdict(lab().primary());
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }
}
