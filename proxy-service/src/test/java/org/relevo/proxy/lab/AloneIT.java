package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ControlStatus;

/// One service with one server and no quorum.
class AloneIT extends LabCase {
  @Override
  LabPlan plan() {
    return LabPlan.of(1, false);
  }

  @Test
  @Order(1)
  void itSaysThatItIsAloneAndLetsClientsWrite() throws Exception {
    ControlStatus status = LabControl.status(member("a"));
    assertThat(status.alone()).isTrue();
    assertThat(status.primaryNodeId()).isZero();
    assertThat(status.writesForMs()).isPositive();
  }

  @Test
  @Order(2)
  void aKilledServerIsStartedInPlaceOnItsTimeline() throws Exception {
    LabMember a = member("a");
    String timeline = timeline(a);
    try (WritingClients writers = new WritingClients(lab(), List.of(a), 4)) {
      a.killPostmaster();
      writers.awaitAll();
    }
    unchanged(a, timeline);
  }

  @Test
  @Order(3)
  void itsServerGoesOnAsThePrimaryWhenTheServiceIsRestarted() throws Exception {
    LabMember a = member("a");
    String timeline = timeline(a);
    long postmaster = a.postmaster().orElseThrow();
    a.killService();
    a.launch();
    a.awaitService();
    lab().awaitServed();
    assertThat(a.postmaster()).hasValue(postmaster);
    a.stopService();
    a.launch();
    a.awaitService();
    lab().awaitServed();
    unchanged(a, timeline);
  }

  @Test
  @Order(4)
  void afterThePowerWasGoneItsServerIsThePrimaryAgainWithoutAHand() throws Exception {
    LabMember a = member("a");
    String timeline = timeline(a);
    try (CheckerClient checker = new CheckerClient(lab(), List.of(a), 4, 5, 15)) {
      Patience.until("clients write", () -> checker.acknowledged() > 20);
      a.killAll();
      long before = checker.acknowledged();
      a.launch();
      a.awaitService();
      lab().awaitServed();
      Patience.until("clients write again", () -> checker.acknowledged() > before + 20);
      unchanged(a, timeline);
      Verdict verdict = checker.verdict(a);
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }

  private void unchanged(LabMember a, String timeline) throws Exception {
    assertThat(lab().primary()).isSameAs(a);
    assertThat(timeline(a)).isEqualTo(timeline);
    assertThat(LabControl.status(a).primaryNodeId()).isZero();
  }

  private static String timeline(LabMember of) throws Exception {
    return of.ask("SELECT timeline_id FROM pg_control_checkpoint()");
  }
}
