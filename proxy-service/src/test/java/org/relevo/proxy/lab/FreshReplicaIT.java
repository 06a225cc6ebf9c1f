package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ControlStatus;

/// A replica that has everything, and that no member knows, comes while the majority is away.
class FreshReplicaIT extends LabCase {
  @Override
  LabPlan plan() {
    return LabPlan.of(2, true);
  }

  @Test
  void itIsNeitherPromotedNorCounted() throws Exception {
    LabMember primary = lab().primary();
    LabMember standby = lab().standby();
    LabMember witness = member(ClusterLab.WITNESS);
    LabControl.awaitProvable(primary);
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 4, 5, 14)) {
      Patience.until("clients write", () -> checker.acknowledged() > 50);
      // It gets all that the primary writes, under the name of a server that could be known.
      LabMember fresh = lab().stranger("c", 2);
      Patience.until("it streams", fresh::isStreaming);
      witness.killAll();
      standby.killService();
      LabControl.await(primary, "nobody writes", status -> status.writesForMs() == 0);
      fresh.launch();
      fresh.awaitService();
      primary.killAll();
      // With its own service, and the only server that runs, for longer than any lease.
      long alone = System.nanoTime();
      Patience.until("time goes by", () -> System.nanoTime() - alone > 8_000_000_000L);
      assertThat(fresh.isPrimary()).isFalse();
      fresh.killService();

      // The majority returns without the old primary.
      witness.launch();
      standby.launch();
      standby.awaitService();
      Patience.until(
          ClusterLab.SETTLED,
          () -> "no failover " + lab().told(),
          () -> {
            assertThat(fresh.isPrimary()).isFalse();
            return standby.isPrimary();
          });
      primary.launch();
      primary.awaitService();
      lab().awaitServed();
      lab().awaitCalm();
      LabControl.awaitProvable(standby);
      ControlStatus status = LabControl.status(standby);
      assertThat(status.nodes()).hasSize(2);
      assertThat(status.members()).hasSize(3);
      assertThat(status.waitForNodes()).isEqualTo(List.of(primary.node));
      assertThat(fresh.isPrimary()).isFalse();
      Verdict verdict = checker.verdict(lab().primary());
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }
}
