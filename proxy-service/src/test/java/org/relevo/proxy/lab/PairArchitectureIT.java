package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.PairStatus;

/// The end of the article of 2009 as it was: two machines and nothing else. A recorder stands for
/// the device that switches the power off.
class PairArchitectureIT extends AddressCase {
  private static final long QUIET_NS = 9_000_000_000L;

  @Override
  LabPlan plan() {
    return LabAddress.plan(false)
        .with("quorum", "pair")
        .with("heartbeat_warntime", "1s")
        .with("heartbeat_deadtime", "3s")
        .with("pair_fence_delay", "1s")
        .with("pair_fence_retry", "2s")
        .with("pair_ping_nodes", "{net}254");
  }

  @AfterEach
  void neverTwo() throws Exception {
    assertThat(sampled().doubles()).as(sampled().told()).isEmpty();
  }

  private static PairStatus pair(LabMember at) throws IOException {
    try (JmxConnection console = at.console()) {
      return console.pair().getStatus();
    }
  }

  private String psql(String sql) throws IOException {
    return LabAddress.psql(lab().network(), sql);
  }

  private Path recorder() {
    return lab().folder().resolve("fence");
  }

  private List<String> shots() throws IOException {
    Path record = recorder().resolve("record");
    return Files.exists(record)
        ? Files.readAllLines(record).stream().filter(line -> line.startsWith("off")).toList()
        : List.of();
  }

  /// As when its power is put on again.
  private void comesBack(LabMember machine) throws Exception {
    Files.deleteIfExists(recorder().resolve(machine.name + ".off"));
    machine.launch();
    machine.awaitService();
    awaitTogether();
  }

  private void awaitTogether() {
    Patience.until(
        ClusterLab.SETTLED,
        () -> "not together; " + lab().told(),
        () ->
            pair(lab().member("a")).mode().equals("paired")
                && pair(lab().member("b")).mode().equals("paired"));
    lab().awaitCalm();
  }

  @Test
  @Order(1)
  void nodeOneIsDestroyedAndComesBack() throws Exception {
    LabMember one = LabAddress.holder(lab(), sampled());
    LabMember two = LabAddress.other(lab(), one);
    assertThat(one).as("beside the primary").isSameAs(lab().primary());
    LabControl.awaitProvable(two);
    psql("CREATE TABLE accounts (n int)");
    psql("INSERT INTO accounts VALUES (1)");

    long killed = System.nanoTime();
    one.killAll();
    Patience.until(
        ClusterLab.SETTLED,
        () -> "psql does not write; " + lab().told(),
        () -> psql("INSERT INTO accounts VALUES (2)") != null);
    long gapMs = (System.nanoTime() - killed) / 1_000_000;
    assertThat(psql("SELECT count(DISTINCT n) FROM accounts")).isEqualTo("2");
    assertThat(sampled().now()).containsExactly(two.name);
    assertThat(shots()).containsExactly("off " + one.name);
    assertThat(pair(two).mode()).isEqualTo("alone");
    org.slf4j.LoggerFactory.getLogger(PairArchitectureIT.class)
        .info("lab: first write after {} ms", gapMs);

    comesBack(one);
    assertThat(lab().primary()).as("who comes back takes nothing").isSameAs(two);
    assertThat(sampled().now()).isEqualTo(Set.of(two.name));
    psql("INSERT INTO accounts VALUES (3)");
    Patience.until(
        "node one follows", () -> one.ask("SELECT count(DISTINCT n) FROM accounts").equals("3"));
    assertThat(shots()).hasSize(1);
  }

  @Test
  @Order(2)
  void whenItCannotBeSwitchedOffNobodyTakesOverBeforeAPersonSaysSo() throws Exception {
    awaitTogether();
    LabMember one = LabAddress.holder(lab(), sampled());
    LabMember two = LabAddress.other(lab(), one);
    LabControl.awaitProvable(two);
    Files.createFile(recorder().resolve("fails"));
    one.killAll();
    Patience.until("nobody has it", () -> sampled().now().isEmpty());
    long since = System.nanoTime();
    Patience.until(
        "it is told",
        () ->
            pair(two).trouble().contains("could not be switched off")
                && System.nanoTime() - since > QUIET_NS);
    assertThat(sampled().now()).isEmpty();
    assertThat(two.isPrimary()).isFalse();

    try (JmxConnection console = two.console()) {
      assertThatThrownBy(() -> console.pair().confirmDead(one.name, false, false))
          .hasMessageContaining("it answers at");
      console.pair().confirmDead(one.name, false, true);
    }
    Patience.until(
        ClusterLab.SETTLED,
        () -> "psql does not write; " + lab().told(),
        () -> psql("INSERT INTO accounts VALUES (4)") != null);
    assertThat(sampled().now()).containsExactly(two.name);
    Files.delete(recorder().resolve("fails"));
    comesBack(one);
    assertThat(sampled().now()).containsExactly(two.name);
  }

  /// Both see all clients and the ping node, and not each other.
  @Test
  @Order(3)
  void whenOnlyTheWireBetweenThemIsCutNobodyHasTheAddressTwice() throws Exception {
    awaitTogether();
    LabMember one = LabAddress.holder(lab(), sampled());
    LabMember two = LabAddress.other(lab(), one);
    Files.createFile(recorder().resolve("fails"));
    lab().network().cutBoth("a", "b");
    Patience.until(
        "both know", () -> pair(one).mode().equals("lost") && pair(two).mode().equals("lost"));
    assertThat(sampled().now()).isEmpty();
    lab().network().heal();
    Files.delete(recorder().resolve("fails"));
    awaitTogether();
    lab().awaitServed();
  }

  @Test
  @Order(4)
  void oneThatIsStoppedInOrderLeavesTheOtherAloneWithoutFencing() throws Exception {
    awaitTogether();
    LabMember one = LabAddress.holder(lab(), sampled());
    LabMember two = LabAddress.other(lab(), one);
    int before = shots().size();
    one.stopService();
    Patience.until("the other has it", () -> sampled().now().equals(Set.of(two.name)));
    Patience.until("it decides alone", () -> pair(two).mode().equals("alone"));
    Patience.until(
        ClusterLab.SETTLED,
        () -> "psql does not write; " + lab().told(),
        () -> psql("INSERT INTO accounts VALUES (5)") != null);
    assertThat(shots()).hasSize(before);
    comesBack(one);
    assertThat(sampled().now()).containsExactly(two.name);
  }
}
