package org.relevo.proxy.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.coordinator.PairLab.NODE0;
import static org.relevo.proxy.coordinator.PairLab.NODE1;
import static org.relevo.proxy.coordinator.PairLab.awaitEnd;
import static org.relevo.proxy.coordinator.PairLab.awaitPrimary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.StepState;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.proxy.failover.SwitchoverStep;

/// Each test brings servers and `operation.json` to where a killed service would have left them,
/// then starts a new service. In order, because the last one changes roles.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InterruptedOperationIT {
  @TempDir static Path folder;
  static PairLab lab;
  static SwitchoverPlan plan;
  Coordinator next;

  @BeforeAll
  static void start() throws IOException {
    lab = new PairLab(folder);
    try (Coordinator first = lab.coordinator(false)) {
      first.start();
      first.resume();
      awaitPrimary(first, NODE0);
      plan = first.operations().plan(1, "test");
    }
  }

  @AfterAll
  static void stop() throws IOException {
    lab.close();
  }

  @AfterEach
  void closeNext() {
    next.close();
  }

  @Test
  @Order(1)
  void beforeTheStopNothingNeedsToBeDone() throws IOException {
    OperationStatus status = resume(SwitchoverStep.DRAIN);
    assertThat(status.state()).isEqualTo(OperationState.FAILED);
    assertThat(status.outcome()).contains("the service died during drain").contains("I-020");
    assertThat(status.steps().get(SwitchoverStep.DRAIN.number() - 1).state())
        .isEqualTo(StepState.FAILED);
    awaitPrimary(next, NODE0);
  }

  @Test
  @Order(2)
  void afterTheStopTheOldPrimaryIsStartedAgain() throws IOException {
    lab.server0.stop();
    OperationStatus status = resume(SwitchoverStep.VERIFY_LSN);
    assertThat(status.outcome()).contains("I-050");
    awaitPrimary(next, NODE0);
    assertThat(new OperationFile(lab.state()).read().orElseThrow()).isEqualTo(status);
  }

  @Test
  @Order(3)
  void whenThePromotionMayBeOnItsWayAPersonIsAskedAndNothingIsStarted() throws IOException {
    lab.server0.stop();
    OperationStatus status = resume(SwitchoverStep.PROMOTE);
    assertThat(status.outcome()).contains("I-060").contains("by hand");
    assertThat(lab.server0.control().postmasterPid()).isEmpty();
    lab.server0.start();
    awaitPrimary(next, NODE0);
  }

  @Test
  @Order(4)
  void afterThePromotionTheOldPrimaryRejoinsAsAStandby() throws Exception {
    lab.server0.stop();
    lab.server1.execute("SELECT pg_promote(true, 30)");
    OperationStatus status = resume(SwitchoverStep.RELEASE);
    assertThat(status.outcome()).contains("I-030");
    awaitPrimary(next, NODE1);
    assertThat(lab.server0.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
    assertThat(lab.gate.state().holder()).isEmpty();
  }

  @Test
  @Order(5)
  void anUnreadableFileIsReportedAndTheServiceStarts() throws IOException {
    Files.writeString(lab.state().resolve("operation.json"), "{ broken");
    next = lab.coordinator(false);
    next.start();
    next.resume();
    assertThat(next.journal().since(0))
        .anyMatch(event ->
            event.name().equals("operation.file") && event.text().contains("operation.json"));
    awaitPrimary(next, NODE1);
  }

  private OperationStatus resume(SwitchoverStep diedIn) throws IOException {
    OperationProgress progress =
        new OperationProgress(
            "s-" + diedIn,
            plan,
            "tester",
            new OperationFile(lab.state()),
            new EventJournal(Clock.systemUTC()),
            Clock.systemUTC());
    for (SwitchoverStep step : SwitchoverStep.values()) {
      progress.begin(step);
      if (step == diedIn) {
        break;
      }
      progress.done(step, "done");
    }
    next = lab.coordinator(false);
    next.start();
    next.resume();
    return awaitEnd(next, "s-" + diedIn);
  }
}
