package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ServiceGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Random faults, one schedule after the other: never two holders, sampled every 10 ms.
/// `-Drelevo.lab.schedules=N` says how many, `-Drelevo.lab.seed=S` which.
class AddressSchedulesIT extends AddressCase {
  private static final int SCHEDULES = Integer.getInteger("relevo.lab.schedules", 3);
  private static final long SEED = Long.getLong("relevo.lab.seed", 8);

  private static final Logger LOG = LoggerFactory.getLogger(AddressSchedulesIT.class);

  @Override
  LabPlan plan() {
    return LabAddress.plan(true);
  }

  @Test
  @Order(1)
  void neverTwoHolders() throws Exception {
    Faults faults = new Faults(lab(), SEED);
    Random random = new Random(SEED);
    for (int i = 0; i < SCHEDULES; i++) {
      StringBuilder told = new StringBuilder("seed %d, schedule %d:".formatted(SEED, i));
      int steps = 1 + random.nextInt(2);
      for (int step = 0; step < steps; step++) {
        told.append(' ').append(oneOf(faults, random)).append(';');
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200 + random.nextInt(6_000)));
      }
      lab().network().cable("a", true);
      lab().network().cable("b", true);
      faults.repair();
      LabMember holder = LabAddress.holder(lab(), sampled());
      assertThat(sampled().doubles()).as(told + " " + sampled().told()).isEmpty();
      assertThat(lab().nodes()).contains(holder);
      LOG.info("schedule {} of {}: {}", i + 1, SCHEDULES, told);
    }
  }

  private String oneOf(Faults faults, Random random) throws Exception {
    switch (random.nextInt(6)) {
      case 0 -> {
        String machine = random.nextBoolean() ? "a" : "b";
        lab().network().cable(machine, false);
        return "CABLE " + machine;
      }
      case 1 -> {
        LabMember from = lab().nodes().get(random.nextInt(2));
        try {
          LabAddress.move(from, LabAddress.other(lab(), from).name);
          return "MOVE from " + from;
        } catch (java.io.IOException | RuntimeException e) {
          return "no MOVE from " + from + ": " + e.getMessage();
        }
      }
      default -> {
        return faults.one();
      }
    }
  }

  @Test
  @Order(2)
  void aPlantedSecondHolderIsCaught() throws Exception {
    LabMember holder = LabAddress.holder(lab(), sampled());
    String planted = lab().network().net() + LabAddress.LAST + "/32";
    lab().network().ip(ClusterLab.WITNESS, "addr add " + planted + " dev eth0");
    Patience.until("the sampler sees both", () -> sampled().now().size() == 2);
    lab().network().ip(ClusterLab.WITNESS, "addr del " + planted + " dev eth0");
    Patience.until("one is left", () -> sampled().now().equals(java.util.Set.of(holder.name)));
  }

  @Test
  @Order(3)
  void anAddressThatAnotherMachineHasIsNotTaken() throws Exception {
    LabMember holder = LabAddress.holder(lab(), sampled());
    LabMember other = LabAddress.other(lab(), holder);
    other.stopService();
    holder.stopService();
    Patience.until("nobody has it", () -> sampled().now().isEmpty());
    String planted = lab().network().net() + LabAddress.LAST + "/32";
    lab().network().ip(ClusterLab.WITNESS, "addr add " + planted + " dev eth0");
    holder.launch();
    other.launch();
    holder.awaitService();
    other.awaitService();
    Patience.until("it is contested", () -> contested(holder) + contested(other) > 0);
    assertThat(sampled().now()).containsExactly(ClusterLab.WITNESS);
    lab().network().ip(ClusterLab.WITNESS, "addr del " + planted + " dev eth0");
    Patience.until(
        "one of ours has it",
        () ->
            List.of(holder.name, other.name).containsAll(sampled().now())
                && sampled().now().size() == 1);
  }

  private static long contested(LabMember at) throws java.io.IOException {
    return LabAddress.groups(at).stream()
        .map(ServiceGroup::resources)
        .flatMap(List::stream)
        .mapToLong(each -> each.conflicts())
        .sum();
  }
}
