package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// The service address follows the lease: one holder, whatever happens to it. How long it takes is
/// measured by `scripts/lab address`.
class ServiceAddressIT extends AddressCase {
  /// Long beyond the end of a lease; without a reset the client would wait for its answer.
  private static final int RESET_S = 40;

  @Override
  LabPlan plan() {
    return LabAddress.plan(true);
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

  private void awaitAt(LabMember machine) {
    LabAddress.awaitAt(lab(), sampled(), machine);
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
  void aPersonMovesIt() throws Exception {
    LabMember from = holder();
    LabMember to = LabAddress.other(lab(), from);
    LabAddress.move(from, to.name);
    awaitAt(to);
    assertThat(LabAddress.ask(lab().network(), "SELECT 1")).isEqualTo("1");
  }

  @Test
  @Order(3)
  void aKilledServiceLosesIt() throws Exception {
    LabMember from = holder();
    LabMember to = LabAddress.other(lab(), from);
    from.killService();
    awaitAt(to);
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
    from.killAll();
    Patience.until(
        "a write by the address",
        () -> LabAddress.ask(lab().network(), "SELECT txid_current() > 0").equals("t"));
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
    CompletableFuture<String> ended = waiting();
    LabAddress.move(from, LabAddress.other(lab(), from).name);
    assertThat(ended.get(RESET_S, TimeUnit.SECONDS)).as("a lost connection").startsWith("08");
  }

  @Test
  @Order(10)
  void aClientThatWaitsForAnAnswerIsResetWhenTheMachineDies() throws Exception {
    LabMember from = holder();
    LabMember to = LabAddress.other(lab(), from);
    CompletableFuture<String> ended = waiting();
    Patience.until("its client is known", () -> told(to, from));
    from.killAll();
    assertThat(ended.get(RESET_S, TimeUnit.SECONDS)).as("a lost connection").startsWith("08");
    from.launch();
    from.awaitService();
  }

  /// Two looks of the holder at its clients.
  private static boolean told(LabMember to, LabMember from) throws Exception {
    long since = System.nanoTime();
    Patience.until("time goes by", () -> System.nanoTime() - since > 2_500_000_000L);
    return LabAddress.groups(to).getFirst().holder().equals(from.name);
  }

  /// A client in the middle of a long statement; completes with what it is told instead of an
  /// answer.
  private CompletableFuture<String> waiting() throws Exception {
    Connection connection = LabAddress.connect(lab().network());
    connection.createStatement().execute("SELECT 1");
    return CompletableFuture.supplyAsync(() -> {
      try (connection;
          Statement statement = connection.createStatement()) {
        statement.execute("SELECT pg_sleep(" + 2 * RESET_S + ")");
        throw new AssertionError("it was answered");
      } catch (SQLException e) {
        return e.getSQLState() + " " + e.getMessage() + " " + e.getCause();
      }
    });
  }

  @Test
  @Order(8)
  void aServiceThatIsStoppedHandsItOver() throws Exception {
    LabMember from = holder();
    LabMember to = LabAddress.other(lab(), from);
    from.stopService();
    awaitAt(to);
    from.launch();
    from.awaitService();
  }
}
