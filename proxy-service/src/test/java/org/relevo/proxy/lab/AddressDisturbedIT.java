package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// Disturbances that are no failure: clocks that are set, wires that lose a third, a port of the
/// switch that comes and goes. The address stays, or moves once; it is never at two machines.
class AddressDisturbedIT extends AddressCase {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long DISTURBED_MS = 15_000;
  private static final int FLAPS = 10;
  private static final long SEED = Long.getLong("relevo.lab.seed", 52);

  @Override
  LabPlan plan() {
    LabPlan plan = LabAddress.plan(true);
    return LabClock.available() ? plan.withOwnClocks() : plan;
  }

  @BeforeEach
  void calm() throws Exception {
    lab().awaitServed();
    lab().awaitCalm();
  }

  @AfterEach
  void neverTwo() throws Exception {
    assertThat(sampled().doubles()).as(sampled().told()).isEmpty();
  }

  /// Machines that have had it, one after the other, from this one on.
  private List<String> holders(LabMember first, long fromNs) throws Exception {
    List<String> holders = new ArrayList<>(List.of(first.name));
    for (AddressWatch.Change each : sampled().changes()) {
      if (each.atNs() >= fromNs) {
        each.holders().stream()
            .filter(name -> !name.equals(holders.getLast()))
            .forEach(holders::add);
      }
    }
    return holders;
  }

  @Test
  @Order(1)
  void aClockThatIsSetMovesNothing() throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        LabClock.available(), "a clock for each machine needs a C compiler (cc)");
    LabMember holder = LabAddress.holder(lab(), sampled());
    long begun = System.nanoTime();
    for (LabMember member : lab().members()) {
      for (Duration ahead : List.of(HOUR, HOUR.negated(), Duration.ZERO)) {
        member.setClock(ahead);
        long set = System.nanoTime();
        Patience.until("a lease goes by", () -> System.nanoTime() - set > 3_500_000_000L);
      }
    }
    assertThat(sampled().changes()).noneMatch(each -> each.atNs() >= begun);
    assertThat(sampled().now()).isEqualTo(Set.of(holder.name));
  }

  @Test
  @Order(2)
  void aWireThatLosesAThirdMovesItOnceAtMost() throws Exception {
    LabMember holder = LabAddress.holder(lab(), sampled());
    long epoch = LabControl.status(lab().primary()).epoch();
    Random random = new Random(SEED);
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(DISTURBED_MS)) {
      lab().network().isolate(holder.name);
      pause(5 + random.nextInt(30));
      lab().network().heal();
      pause(10 + random.nextInt(60));
    }
    lab().awaitServed();
    lab().awaitCalm();
    LabMember last = LabAddress.holder(lab(), sampled());
    assertThat(holders(holder, begun)).as("seed %d, %s", SEED, sampled().told()).hasSizeLessThan(3);
    assertThat(lab().nodes()).contains(last);
    assertThat(LabControl.status(lab().primary()).epoch()).isLessThan(epoch + 2);
  }

  @Test
  @Order(3)
  void aPortThatComesAndGoesMovesItOnce() throws Exception {
    LabMember from = LabAddress.holder(lab(), sampled());
    LabMember to = LabAddress.other(lab(), from);
    long begun = System.nanoTime();
    Random random = new Random(SEED);
    for (int i = 0; i < FLAPS; i++) {
      lab().network().cable(from.name, false);
      pause(100 + random.nextInt(1_000));
      lab().network().cable(from.name, true);
      pause(100 + random.nextInt(500));
    }
    lab().awaitServed();
    lab().awaitCalm();
    LabMember last = LabAddress.holder(lab(), sampled());
    assertThat(List.of(from, to)).contains(last);
    assertThat(holders(from, begun)).as(sampled().told()).hasSizeLessThan(3);
    assertThat(LabAddress.ask(lab().network(), "SELECT 1")).isEqualTo("1");
  }

  private static void pause(long ms) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
  }
}
