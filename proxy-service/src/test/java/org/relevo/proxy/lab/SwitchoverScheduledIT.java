package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ControlStatus;

/// A switchover is asked for later.
class SwitchoverScheduledIT extends LabCase {
  private static final Duration SOON = Duration.ofSeconds(4);

  @Override
  LabPlan plan() {
    return LabPlan.of(2, true);
  }

  @Test
  @Order(1)
  void itBeginsAtItsTimeAndNoClientIsTold() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().standby();
    LabControl.awaitProvable(old);
    try (WritingClients writers = new WritingClients(lab(), lab().nodes(), 8)) {
      long at = System.currentTimeMillis() + SOON.toMillis();
      schedule(old, next.node, at);
      ControlStatus told = LabControl.status(old);
      assertThat(told.scheduledAtEpochMs()).isEqualTo(at);
      assertThat(told.scheduledToNodeId()).isEqualTo(next.node);
      Patience.until("it begins", next::isPrimary);
      assertThat(LabControl.history(old))
          .filteredOn(entry -> entry.text().contains("SWITCHOVER"))
          .isNotEmpty()
          .allMatch(entry -> entry.atEpochMs() >= at);
      lab().awaitCalm();
      writers.awaitAll();
      assertThat(writers.errors()).isEmpty();
    }
    assertThat(LabControl.status(old).scheduledAtEpochMs()).isEqualTo(-1);
  }

  @Test
  @Order(2)
  void itIsKeptOverARestartAndCanBeCancelled() throws Exception {
    LabMember primary = lab().primary();
    LabMember asked = lab().standby();
    LabControl.awaitProvable(primary);
    long epoch = LabControl.status(primary).epoch();
    long at = System.currentTimeMillis() + Duration.ofMinutes(1).toMillis();
    schedule(asked, -1, at);
    asked.killService();
    asked.launch();
    asked.awaitService();
    LabControl.await(asked, "kept", status -> status.scheduledAtEpochMs() == at);
    cancel(asked);
    assertThat(LabControl.status(asked).scheduledAtEpochMs()).isEqualTo(-1);
    assertThatThrownBy(() -> cancel(asked)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> schedule(asked, -1, System.currentTimeMillis() - 1))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("is over");
    lab().awaitCalm();
    assertThat(lab().primary()).isSameAs(primary);
    assertThat(LabControl.status(primary).epoch()).isEqualTo(epoch);
  }

  @Test
  @Order(3)
  void whenTheTargetCannotTakeOverThenItIsRefusedWithAReason() throws Exception {
    LabMember primary = lab().primary();
    LabMember target = lab().standby();
    LabControl.awaitProvable(primary);
    LabControl.goal(primary, target, "detached");
    long epoch = LabControl.status(primary).epoch();
    schedule(primary, target.node, System.currentTimeMillis() + SOON.toMillis());
    Patience.until("it is told", () -> primary.logged().contains("switchover.refused"));
    LabControl.goal(primary, target, "standby");
    lab().awaitCalm();
    assertThat(lab().primary()).isSameAs(primary);
    assertThat(LabControl.status(primary).epoch()).isEqualTo(epoch);
  }

  private static void schedule(LabMember at, int to, long atEpochMs) throws Exception {
    LabControl.at(
        at,
        control -> {
          control.scheduleSwitchover(to, atEpochMs, "lab");
          return "";
        });
  }

  private static void cancel(LabMember at) throws Exception {
    LabControl.at(
        at,
        control -> {
          control.cancelScheduled();
          return "";
        });
  }
}
