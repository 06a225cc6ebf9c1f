package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ControlStatus;

/// Services die, servers live.
class LeaderKilledIT extends LabCase {
  /// What a client may notice of a change of leader: nothing; of a busy machine: this.
  private static final long MOST_PAUSE_MS = 3_000;

  @Override
  LabPlan plan() {
    return LabPlan.of(2, true);
  }

  @Test
  @Order(1)
  void clientsOfOtherProxiesFeelNothingWhenTheLeaderDies() throws Exception {
    LabMember leader = LabControl.leaderBesidePrimary(lab());
    LabMember primary = lab().primary();
    LabControl.awaitProvable(primary);
    try (WritingClients writers = new WritingClients(lab(), List.of(primary), 8)) {
      long killed = System.nanoTime();
      leader.killService();
      LabControl.await(
          primary,
          "another leader",
          status -> !status.leader().isEmpty() && !status.leader().equals(leader.name));
      writers.awaitAll();
      leader.launch();
      leader.awaitService();
      lab().awaitServed();
      lab().awaitCalm();
      writers.awaitAll();
      assertThat(writers.errors()).isEmpty();
      assertThat(writers.longestPause(killed).ms()).isLessThan(MOST_PAUSE_MS);
    }
    assertThat(lab().primary()).isSameAs(primary);
  }

  @Test
  @Order(2)
  void theServiceOfThePrimaryRestartsWithoutAFailover() throws Exception {
    LabMember primary = lab().primary();
    LabMember other = lab().standby();
    LabControl.awaitProvable(primary);
    ControlStatus before = LabControl.status(other);
    try (WritingClients writers = new WritingClients(lab(), List.of(other), 4)) {
      primary.killService();
      primary.launch();
      primary.awaitService();
      lab().awaitServed();
      writers.awaitAll();
      assertThat(writers.errors()).isEmpty();
    }
    assertThat(lab().primary()).isSameAs(primary);
    assertThat(LabControl.status(other).epoch()).isEqualTo(before.epoch());
  }

  @Test
  @Order(3)
  void whenItStaysAwayTheServerIsStoppedBeforeAnotherIsPromoted() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().standby();
    LabControl.awaitProvable(old);
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 4, 5, 7);
        WritingClients writers = new WritingClients(lab(), List.of(next), 2)) {
      old.killService();
      Patience.until(
          ClusterLab.SETTLED,
          () -> "no new primary " + lab().told(),
          () -> {
            boolean promoted = next.isPrimary();
            if (promoted) {
              assertThat(old.postmaster()).isEmpty();
            }
            return promoted;
          });
      writers.awaitAll();
      old.launch();
      old.awaitService();
      lab().awaitCalm();
      Verdict verdict = checker.verdict(next);
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }
}
