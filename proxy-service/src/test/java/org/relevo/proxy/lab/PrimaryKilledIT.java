package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.proxy.testkit.Await;

/// The primary's server dies, its machine and service live.
class PrimaryKilledIT extends LabCase {
  private static final long MOST_MS = 15_000;

  /// More than the usual `agent_restart_grace`.
  private static final Duration AWAY = Duration.ofSeconds(14);

  @Override
  LabPlan plan() {
    return LabPlan.of(2, true);
  }

  @Test
  @Order(1)
  void aKilledPostmasterIsReplacedAndClientsAreToldTheTruth() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().standby();
    LabControl.awaitProvable(old);
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 8, 5, 2);
        WritingClients writers = new WritingClients(lab(), lab().nodes(), 4)) {
      long killed = System.nanoTime();
      old.killPostmaster();
      writers.awaitAll();
      assertThat(writers.firstWriteMs(killed, lab().nodes())).isLessThan(MOST_MS);
      assertThat(lab().primary()).isSameAs(next);
      lab().awaitCalm();
      Verdict verdict = checker.verdict(next);
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }

  @Test
  @Order(2)
  void inMaintenanceNothingIsDoneUntilItEnds() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().standby();
    LabControl.awaitProvable(old);
    LabControl.maintenance(next, true);
    var mark = lab().mark();
    old.killPostmaster();
    lab().awaitDecision(mark, "F-020");
    ControlStatus idle = LabControl.status(next);
    assertThat(idle.paused()).isTrue();
    assertThat(idle.operationId()).isEmpty();
    assertThat(old.postmaster()).isEmpty();
    assertThat(next.isPrimary()).isFalse();
    LabControl.maintenance(next, false);
    lab().awaitServed();
    lab().awaitCalm();
  }

  /// Longer than its guard would wait for the next service.
  @Test
  @Order(9)
  void inMaintenanceAServiceMayBeAwayForLong() throws Exception {
    LabMember primary = lab().primary();
    LabMember next = lab().standby();
    LabControl.awaitProvable(primary);
    long epoch = LabControl.status(next).epoch();
    long pid = primary.postmaster().orElseThrow();
    LabControl.maintenance(next, true);
    Await.until("its guard waits", () -> primary.logged().contains("agent.kept node="));
    primary.stopService();
    Await.stays(AWAY, () -> assertThat(primary.ask("SELECT pg_is_in_recovery()")).isEqualTo("f"));
    primary.launch();
    primary.awaitService();
    LabControl.maintenance(next, false);
    lab().awaitServed();
    lab().awaitCalm();
    assertThat(lab().primary()).isSameAs(primary);
    assertThat(primary.postmaster()).hasValue(pid);
    assertThat(LabControl.status(primary).epoch()).isEqualTo(epoch);
  }

  @Test
  @Order(3)
  void aPrimaryThatAPersonStopsIsWaitedForAndGoesOnAsPrimary() throws Exception {
    LabMember primary = lab().primary();
    LabControl.awaitProvable(primary);
    long epoch = LabControl.status(primary).epoch();
    var mark = lab().mark();
    primary.stopServer();
    lab().awaitDecision(mark, "F-042");
    primary.startServer();
    lab().awaitServed();
    lab().awaitCalm();
    assertThat(lab().primary()).isSameAs(primary);
    assertThat(LabControl.status(primary).epoch()).isEqualTo(epoch);
  }

  @Test
  @Order(4)
  void aPrimaryThatNeverStartsAgainIsReplacedAndFollowsOnceItIsMended() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().standby();
    LabControl.awaitProvable(old);
    Path settings = old.data().resolve("postgresql.conf");
    String good = Files.readString(settings);
    Files.writeString(settings, good + "\nno_such_setting = 1\n");
    old.killPostmaster();
    lab().awaitServed();
    assertThat(lab().primary()).isSameAs(next);
    LabControl.await(
        next,
        "told that it does not start",
        status -> LabControl.node(status, old).condition().equals("broken"));
    Files.writeString(settings, good);
    old.startServer();
    lab().awaitCalm();
  }

  @Test
  @Order(5)
  void aPrimaryWhoseDataIsDamagedIsReplacedAndClonedOnceAPersonRemovedIt() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().standby();
    LabControl.awaitProvable(old);
    Files.delete(old.data().resolve("global/pg_control"));
    old.killPostmaster();
    lab().awaitServed();
    assertThat(lab().primary()).isSameAs(next);
    old.removeData();
    lab().awaitCalm();
  }

  @Test
  @Order(6)
  void withoutACandidateItIsStartedInPlaceOnItsTimeline() throws Exception {
    LabMember primary = lab().primary();
    LabMember other = lab().standby();
    LabControl.goal(primary, other, "detached");
    String timeline = timeline(primary);
    try (WritingClients writers = new WritingClients(lab(), lab().nodes(), 4)) {
      primary.killPostmaster();
      writers.awaitAll();
    }
    assertThat(lab().primary()).isSameAs(primary);
    assertThat(timeline(primary)).isEqualTo(timeline);
    LabControl.goal(primary, other, "standby");
    lab().awaitCalm();
  }

  private static String timeline(LabMember of) throws Exception {
    return of.ask("SELECT timeline_id FROM pg_control_checkpoint()");
  }
}
