package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.proxy.testkit.JavaProgram;

/// Somebody starts a second service as one that is there already.
class SameNameIT extends LabCase {
  private static final long END_S = 60;
  private static final Map<String, String> ANYWHERE =
      Map.of("listen_addresses", "*", "jmx_listen_addresses", "*", "raft_host", "*");

  @Override
  LabPlan plan() {
    return LabPlan.of(2, true);
  }

  @Test
  @Order(1)
  void theSameServiceTwiceOnAMachineIsRefusedAndTheFirstIsUnharmed() throws Exception {
    LabMember first = lab().primary();
    LabControl.awaitProvable(first);
    try (WritingClients writers = new WritingClients(lab(), List.of(first), 4);
        JavaProgram second = first.run(first.name, Map.of())) {
      assertThat(second.awaitEnd(END_S)).isNotZero();
      assertThat(second.errors())
          .contains(
              "data_directory %s is in use by process %d"
                  .formatted(first.state(), first.running().process().pid()));
      unharmed(first, writers);
    }
  }

  @Test
  @Order(2)
  void withAnotherDataDirectoryItCannotListenThereAndSaysWhere() throws Exception {
    LabMember first = lab().primary();
    try (WritingClients writers = new WritingClients(lab(), List.of(first), 4)) {
      for (String machine : List.of(first.name, lab().standby().name)) {
        // On another machine the member's address is not there to listen at.
        try (JavaProgram second = first.run(machine, elsewhere(first, Map.of()))) {
          assertThat(second.awaitEnd(END_S)).isNotZero();
          assertThat(second.errors()).contains(first.address + ":");
        }
      }
      unharmed(first, writers);
    }
  }

  /// The worst case: it listens everywhere on a machine of its own, has the first one's
  /// certificate, and no storage, as if that one's disk had been replaced.
  @Test
  @Order(3)
  void onAnotherMachineItTakesNoPartWhileTheFirstLives() throws Exception {
    LabMember first = lab().standby();
    LabMember primary = lab().primary();
    LabControl.awaitProvable(primary);
    lab().network().add("x");
    try (WritingClients writers = new WritingClients(lab(), List.of(first), 4);
        JavaProgram second = first.run("x", elsewhere(first, ANYWHERE))) {
      Path log = Path.of(elsewhere(first, ANYWHERE).get("log_file"));
      Patience.until(
          ClusterLab.SETTLED,
          () -> "it does not say that there is another: " + second.errors(),
          () -> Files.exists(log) && Files.readString(log).contains("another process"));
      assertThat(second.process().isAlive()).isTrue();
      unharmed(first, writers);
      assertThat(primary.logged()).doesNotContain("quorum.taken-out", "quorum.removed");
    }
    lab().awaitCalm();
    assertThat(lab().primary()).isSameAs(primary);
  }

  private static Map<String, String> elsewhere(LabMember first, Map<String, String> more) {
    Path state = first.state().resolveSibling("second");
    Map<String, String> all = new HashMap<>(more);
    all.put("data_directory", state.toString());
    all.put("log_file", state.resolve("relevo.log").toString());
    return all;
  }

  private void unharmed(LabMember first, WritingClients writers) throws Exception {
    writers.awaitAll();
    assertThat(writers.errors()).isEmpty();
    assertThat(first.serviceRuns()).isTrue();
    ControlStatus status = LabControl.status(first);
    assertThat(status.trouble()).isEmpty();
    assertThat(status.members()).hasSize(3);
  }
}
