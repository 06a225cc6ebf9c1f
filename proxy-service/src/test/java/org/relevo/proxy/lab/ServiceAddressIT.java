package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// The service address follows the lease: one holder, whatever happens to it.
class ServiceAddressIT extends LabCase {
  private static final long PLANNED_MS = 300;
  private static final long KILLED_MS = 4_000;
  private static final long HOST_LOST_MS = 6_000;

  private @Nullable AddressWatch watch;

  @Override
  LabPlan plan() {
    return LabAddress.plan(true);
  }

  @BeforeEach
  void watch() throws Exception {
    if (watch == null) {
      watch = new AddressWatch(lab().network(), lab().folder());
    }
    lab().awaitServed();
    lab().awaitCalm();
  }

  @AfterEach
  void neverTwo() throws Exception {
    assertThat(sampled().doubles()).as(sampled().told()).isEmpty();
  }

  @AfterAll
  void closeWatch() {
    if (watch != null) {
      watch.close();
    }
  }

  private AddressWatch sampled() {
    return java.util.Objects.requireNonNull(watch);
  }

  private void awaitAt(LabMember machine) {
    Patience.until(
        ClusterLab.SETTLED,
        () -> "%s has it not: %s; %s".formatted(machine, sampled().told(), lab().told()),
        () -> sampled().now().equals(Set.of(machine.name)));
  }

  private LabMember holder() {
    return LabAddress.holder(lab(), sampled());
  }

  @Test
  @Order(1)
  void oneMachineHasItAndClientsReachTheDatabase() throws Exception {
    LabMember holder = holder();
    assertThat(holder).as("beside the primary").isSameAs(lab().primary());
    assertThat(LabAddress.ask(lab().network(), "SELECT txid_current() > 0")).isEqualTo("t");
    assertThat(lab().network().ip(holder.name, "-6 addr show dev eth0")).contains(LabAddress.SIX);
    LabMember other = LabAddress.other(lab(), holder);
    assertThat(lab().network().ip(other.name, "addr show dev eth0"))
        .doesNotContain(LabAddress.SIX)
        .doesNotContain(lab().network().net() + LabAddress.LAST);
  }

  @Test
  @Order(2)
  void aPlannedMoveIsShort() throws Exception {
    LabMember from = holder();
    LabMember to = LabAddress.other(lab(), from);
    long asked = System.nanoTime();
    LabAddress.move(from, to.name);
    awaitAt(to);
    assertThat(sampled().longestGapMs(asked)).as(sampled().told()).isLessThan(PLANNED_MS);
    assertThat(LabAddress.ask(lab().network(), "SELECT 1")).isEqualTo("1");
  }

  @Test
  @Order(3)
  void aKilledServiceLosesIt() throws Exception {
    LabMember from = holder();
    LabMember to = LabAddress.other(lab(), from);
    long killed = System.nanoTime();
    from.killService();
    awaitAt(to);
    assertThat(sampled().firstMs(killed, to.name)).isLessThan(KILLED_MS);
    from.launch();
    from.awaitService();
    assertThat(holder()).as("who comes back takes nothing").isSameAs(to);
  }

  @Test
  @Order(4)
  void aServiceThatStandsStillLosesItAndComesBackWithoutHarm() throws Exception {
    LabMember from = holder();
    LabMember to = LabAddress.other(lab(), from);
    from.freeze();
    awaitAt(to);
    from.thaw();
    lab().awaitServed();
    lab().awaitCalm();
    assertThat(holder()).isSameAs(to);
  }

  @Test
  @Order(5)
  void aMachineThatIsCutOffLosesIt() throws Exception {
    LabMember from = holder();
    LabMember to = LabAddress.other(lab(), from);
    lab().network().isolate(from.name);
    awaitAt(to);
    lab().network().heal();
    lab().awaitServed();
    lab().awaitCalm();
    assertThat(holder()).isSameAs(to);
  }

  @Test
  @Order(6)
  void aMachineDiesAndClientsWriteByTheAddress() throws Exception {
    LabMember from = lab().primary();
    LabMember to = LabAddress.other(lab(), from);
    if (holder() != from) {
      LabAddress.move(from, from.name);
      awaitAt(from);
    }
    LabControl.awaitProvable(to);
    long killed = System.nanoTime();
    from.killAll();
    long wrote = 0;
    while (wrote == 0) {
      try {
        assertThat(LabAddress.ask(lab().network(), "SELECT txid_current() > 0")).isEqualTo("t");
        wrote = System.nanoTime();
      } catch (java.sql.SQLException e) {
        assertThat(System.nanoTime() - killed).as(e + lab().told()).isLessThan(60_000_000_000L);
      }
    }
    assertThat((wrote - killed) / 1_000_000).isLessThan(HOST_LOST_MS);
    from.launch();
    from.awaitService();
  }

  @Test
  @Order(7)
  void theCableIsPulled() throws Exception {
    LabMember from = holder();
    LabMember to = LabAddress.other(lab(), from);
    lab().network().cable(from.name, false);
    awaitAt(to);
    lab().network().cable(from.name, true);
    lab().awaitServed();
    lab().awaitCalm();
    assertThat(holder()).isSameAs(to);
  }

  @Test
  @Order(9)
  void aClientThatWaitsForAnAnswerIsResetWhenItIsMoved() throws Exception {
    LabMember from = holder();
    CompletableFuture<Long> ended = waiting();
    long asked = System.nanoTime();
    LabAddress.move(from, LabAddress.other(lab(), from).name);
    assertThat((ended.get(30, TimeUnit.SECONDS) - asked) / 1_000_000).isLessThan(2_000);
  }

  @Test
  @Order(10)
  void aClientThatWaitsForAnAnswerIsResetWhenTheMachineDies() throws Exception {
    LabMember from = holder();
    LabMember to = LabAddress.other(lab(), from);
    CompletableFuture<Long> ended = waiting();
    Patience.until("its client is known", () -> told(to, from));
    long killed = System.nanoTime();
    from.killAll();
    assertThat((ended.get(30, TimeUnit.SECONDS) - killed) / 1_000_000).isLessThan(HOST_LOST_MS);
    from.launch();
    from.awaitService();
  }

  /// Two looks of the holder at its clients.
  private static boolean told(LabMember to, LabMember from) throws Exception {
    long since = System.nanoTime();
    Patience.until("time goes by", () -> System.nanoTime() - since > 2_500_000_000L);
    return LabAddress.groups(to).getFirst().holder().equals(from.name);
  }

  /// A client in the middle of a long statement; completes with the moment in which it is told.
  private CompletableFuture<Long> waiting() throws Exception {
    Connection connection = LabAddress.connect(lab().network());
    connection.createStatement().execute("SELECT 1");
    return CompletableFuture.supplyAsync(() -> {
      try (connection;
          Statement statement = connection.createStatement()) {
        statement.execute("SELECT pg_sleep(45)");
        throw new AssertionError("it was answered");
      } catch (SQLException _) {
        return System.nanoTime();
      }
    });
  }

  @Test
  @Order(8)
  void aServiceThatIsStoppedHandsItOver() throws Exception {
    LabMember from = holder();
    LabMember to = LabAddress.other(lab(), from);
    long asked = System.nanoTime();
    from.stopService();
    awaitAt(to);
    assertThat(sampled().longestGapMs(asked)).as(sampled().told()).isLessThan(PLANNED_MS);
    from.launch();
    from.awaitService();
  }
}
