package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.OperationState;

/// Wall clocks of single machines, of service and server both, are set wrong by an hour while all
/// is at work.
class ClockStepIT extends LabCase {
  private static final Duration HOUR = Duration.ofHours(1);

  /// What a wrong clock could bring to its end: a lease, a probe, an election, a proposal.
  private static final Duration LONG = Duration.ofSeconds(4);

  private static final long MOST_PAUSE_MS = 3_000;
  private static final double MOST_WRONG_S = 30;

  @Override
  LabPlan plan() {
    assumeTrue(LabClock.available(), "a clock for each machine needs a C compiler (cc)");
    return LabPlan.of(2, true).withOwnClocks();
  }

  @Test
  @Order(1)
  void aClockThatIsSetByAnHourHasNoEffect() throws Exception {
    LabMember primary = lab().primary();
    LabControl.awaitProvable(primary);
    ControlStatus before = LabControl.status(primary);
    try (WritingClients writers = new WritingClients(lab(), lab().nodes(), 8)) {
      for (LabMember member : lab().members()) {
        for (Duration ahead : List.of(HOUR, HOUR.negated(), Duration.ZERO)) {
          long set = System.nanoTime();
          member.setClock(ahead);
          shows(member, ahead);
          Patience.until("time goes by", () -> System.nanoTime() - set > LONG.toNanos());
          writers.awaitAll();
          assertThat(writers.longestPause(set).ms())
              .as("%s %s", member, ahead)
              .isLessThan(MOST_PAUSE_MS);
        }
      }
      assertThat(writers.errors()).isEmpty();
    }
    ControlStatus after = LabControl.status(primary);
    assertThat(after.epoch()).isEqualTo(before.epoch());
    assertThat(after.term()).as("nobody else was elected").isEqualTo(before.term());
    assertThat(lab().primary()).isSameAs(primary);
  }

  @Test
  @Order(2)
  void withClocksTwoHoursApartItSwitchesOverAndFailsOver() throws Exception {
    LabMember first = lab().primary();
    LabMember second = lab().standby();
    LabControl.awaitProvable(first);
    first.setClock(HOUR);
    second.setClock(HOUR.negated());
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 4, 5, 16)) {
      assertThat(LabControl.switchover(first, second.node).state())
          .isEqualTo(OperationState.SUCCEEDED);
      lab().awaitCalm();
      LabControl.awaitProvable(second);
      second.killPostmaster();
      // By a failover, or in place when one was not long ago.
      lab().awaitServed();
      lab().awaitCalm();
      Verdict verdict = checker.verdict(lab().primary());
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    } finally {
      first.setClock(Duration.ZERO);
      second.setClock(Duration.ZERO);
    }
  }

  /// The server and the service have the new time.
  private static void shows(LabMember member, Duration ahead) throws Exception {
    if (member.witness()) {
      return; // has nobody to be asked for the time; its programs are started as those of others
    }
    double server = Double.parseDouble(member.ask("SELECT extract(epoch FROM clock_timestamp())"));
    double service = LabControl.plan(member, -1).madeAtEpochMs() / 1e3;
    for (double seen : List.of(server, service)) {
      assertThat(seen - Instant.now().toEpochMilli() / 1e3 - ahead.toSeconds())
          .isBetween(-MOST_WRONG_S, MOST_WRONG_S);
    }
  }
}
