package org.relevo.proxy.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.relevo.proxy.coordinator.PairLab.NODE0;
import static org.relevo.proxy.coordinator.PairLab.NODE1;
import static org.relevo.proxy.coordinator.PairLab.awaitEnd;
import static org.relevo.proxy.coordinator.PairLab.awaitPrimary;
import static org.relevo.proxy.coordinator.PairLab.switchOver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.StepState;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LabServer;

class SwitchoverIT {
  @TempDir static Path folder;
  static PairLab lab;
  Coordinator coordinator;

  @BeforeAll
  static void startServers() throws IOException {
    lab = new PairLab(folder);
  }

  @AfterAll
  static void stopServers() throws IOException {
    lab.close();
  }

  @BeforeEach
  void start() throws IOException {
    lab.gate.reset();
    coordinator = lab.coordinator(false);
    coordinator.start();
    coordinator.resume();
    awaitPrimary(coordinator, NODE0);
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  @Test
  void thereAndBackKeepsEveryAcknowledgedRow() throws Exception {
    lab.server0.execute("CREATE TABLE written (id int PRIMARY KEY)");
    Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    AtomicInteger next = new AtomicInteger();
    Thread writer = Thread.ofVirtual().start(() -> write(lab.server0, next, acknowledged));
    Await.until(() -> "nothing written", () -> acknowledged.size() > 20);

    OperationStatus there = switchOver(coordinator, NODE1);
    writer.join();

    assertThat(there.state()).as(there.toString()).isEqualTo(OperationState.SUCCEEDED);
    assertThat(there.steps()).extracting(OperationStep::state).containsOnly(StepState.DONE);
    assertThat(there.pauseMs()).isBetween(1L, 20_000L);
    assertThat(there.movedSessions()).isEqualTo(2);
    assertThat(lab.gate.takeCalls()).containsExactly("hold", "prepareMove", "moveTo node1");
    for (int id : acknowledged) {
      assertThat(lab.server1.ask("SELECT count(*) FROM written WHERE id = " + id)).isEqualTo("1");
    }
    awaitPrimary(coordinator, NODE1);
    assertThat(lab.server0.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");

    OperationStatus back = switchOver(coordinator, NODE0);
    assertThat(back.state()).as(back.toString()).isEqualTo(OperationState.SUCCEEDED);
    awaitPrimary(coordinator, NODE0);
    assertThat(lab.server0.ask("SELECT count(*) FROM written"))
        .isEqualTo(lab.server1.ask("SELECT count(*) FROM written"));
    assertThat(coordinator.operations().history())
        .extracting(OperationStatus::id)
        .startsWith(back.id(), there.id());
  }

  @Test
  void transactionsThatDoNotEndAbortItAndNothingChanged() throws Exception {
    lab.gate.neverDrains = true;
    OperationStatus status = switchOver(coordinator, NODE1);
    assertThat(status.state()).isEqualTo(OperationState.ABORTED);
    assertThat(status.outcome()).contains("3 sessions are still in a transaction");
    assertThat(lab.gate.takeCalls()).containsExactly("hold", "release");
    assertServesAsBefore();
  }

  @Test
  void aTargetThatCannotCatchUpAbortsItAndNothingChanged() throws Exception {
    lab.gate.onHold =
        () -> {
          run(lab.server1, "SELECT pg_wal_replay_pause()");
          run(lab.server0, "CREATE TABLE not_replayed AS SELECT 1 AS one");
        };
    OperationStatus status = switchOver(coordinator, NODE1);
    assertThat(status.state()).as(status.toString()).isEqualTo(OperationState.ABORTED);
    assertThat(status.outcome()).contains("node1 has not replayed up to");
    run(lab.server1, "SELECT pg_wal_replay_resume()");
    assertServesAsBefore();
  }

  /// The candidate stops replaying after it had caught up: seen only when the old primary is gone.
  @Test
  void aTargetThatMissesTheLastCheckpointBringsTheOldPrimaryBack() throws Exception {
    coordinator
        .journal()
        .listen(event -> {
          if (event.text().contains("step=catch-up state=DONE")) {
            run(lab.server1, "SELECT pg_wal_replay_pause()");
          }
        });
    OperationStatus status = switchOver(coordinator, NODE1);
    assertThat(status.state()).as(status.toString()).isEqualTo(OperationState.ABORTED);
    assertThat(status.steps().get(6).state()).isEqualTo(StepState.UNDONE);
    assertThat(lab.gate.takeCalls()).containsExactly("hold", "prepareMove", "moveTo node0");
    run(lab.server1, "SELECT pg_wal_replay_resume()");
    assertServesAsBefore();
  }

  @Test
  void anOldPrimaryThatCannotRejoinFailsItWhileTheNewOneServes() throws Exception {
    AtomicInteger releases = new AtomicInteger();
    Path autoConf = lab.server0.data().resolve("postgresql.auto.conf");
    coordinator
        .journal()
        .listen(event -> {
          if (event.text().contains("step=release state=DONE") && releases.incrementAndGet() == 1) {
            append(autoConf, "no_such_parameter = 1\n");
          }
        });
    OperationStatus status = switchOver(coordinator, NODE1);
    assertThat(status.state()).isEqualTo(OperationState.FAILED);
    assertThat(status.outcome())
        .contains("node1 is the primary and serves, but node0 does not follow it")
        .contains("server.log");
    assertThat(lab.gate.takeCalls()).containsExactly("hold", "prepareMove", "moveTo node1");
    assertThat(coordinator.views().current().primary()).contains(NODE1);
    lab.server1.execute("CREATE TABLE served (id int)");

    Files.writeString(autoConf, Files.readString(autoConf).replace("no_such_parameter = 1\n", ""));
    lab.server0.start();
    awaitPrimary(coordinator, NODE1);
    assertThat(switchOver(coordinator, NODE0).state()).isEqualTo(OperationState.SUCCEEDED);
    awaitPrimary(coordinator, NODE0);
  }

  @Test
  void abortBeforeTheStopPutsEverythingBack() throws Exception {
    lab.gate.neverDrains = true;
    lab.gate.onHold = () -> coordinator.operations().abort(coordinator.operations().runningId());
    OperationStatus status = switchOver(coordinator, NODE1);
    assertThat(status.state()).isEqualTo(OperationState.ABORTED);
    assertThat(status.outcome()).contains("abort was asked for");
    assertServesAsBefore();
    assertThatThrownBy(() -> coordinator.operations().abort(status.id()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not running");
  }

  @Test
  void onlyOneOperationOfTheClusterRuns() throws Exception {
    try (Connection other = lab.server0.connect();
        Statement statement = other.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(" + SwitchoverServers.OPERATION_LOCK + ")");
      OperationStatus status = switchOver(coordinator, NODE1);
      assertThat(status.state()).isEqualTo(OperationState.ABORTED);
      assertThat(status.outcome()).contains("another Relevo service runs an operation");
      assertThat(lab.gate.takeCalls()).isEmpty();
    }
  }

  @Test
  void plansAreRefusedWhenTheyAreNotWhatWasSeen() throws Exception {
    SwitchoverPlan plan = coordinator.operations().plan(-1, "why\nnot");
    assertThat(plan.startable()).as(plan.checks().toString()).isTrue();
    assertThat(plan.toNodeId()).isEqualTo(1);
    assertThat(plan.reason()).isEqualTo("why not");
    assertThat(plan.steps().get(6).action()).contains("pg_ctl stop").contains("-m fast");
    assertThat(plan.steps().toString()).doesNotContain(LabServer.PASSWORD);
    assertThatThrownBy(() -> coordinator.operations().start(plan.id(), "00", "me"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> coordinator.operations().start("p-x", plan.hash(), "me"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> coordinator.operations().plan(7, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no node 7");
    assertThat(coordinator.operations().plan(0, "").startable()).isFalse();

    run(lab.server1, "SELECT pg_wal_replay_pause()");
    Await.until(() -> "still startable", () -> !coordinator.operations().plan(1, "").startable());
    assertThat(coordinator.operations().plan(1, "").checks())
        .filteredOn(check -> check.result() == CheckResult.BLOCK)
        .extracting(check -> check.name())
        .containsExactly("replay-running");
    assertThatThrownBy(() -> coordinator.operations().start(plan.id(), plan.hash(), "me"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("replay is paused");
    run(lab.server1, "SELECT pg_wal_replay_resume()");
  }

  @Test
  void slotsAreMadeForTheOldPrimaryWhenUsed() throws Exception {
    coordinator.close();
    coordinator = lab.coordinator(true);
    coordinator.start();
    coordinator.resume();
    awaitPrimary(coordinator, NODE0);
    OperationStatus status = switchOver(coordinator, NODE1);
    assertThat(status.state()).as(status.toString()).isEqualTo(OperationState.SUCCEEDED);
    assertThat(lab.server1.ask("SELECT slot_name || active FROM pg_replication_slots"))
        .isEqualTo("relevo_node0true");
    assertThat(awaitEnd(coordinator, status.id())).isEqualTo(status);
    awaitPrimary(coordinator, NODE1);
    OperationStatus back = switchOver(coordinator, NODE0);
    assertThat(back.state()).as(back.toString()).isEqualTo(OperationState.SUCCEEDED);
    awaitPrimary(coordinator, NODE0);
    assertThat(lab.server0.ask("SELECT slot_name || active FROM pg_replication_slots"))
        .isEqualTo("relevo_node1true");
  }

  private void assertServesAsBefore() throws SQLException {
    awaitPrimary(coordinator, NODE0);
    assertThat(lab.gate.state().holder()).isEmpty();
    lab.server0.execute("CREATE TABLE IF NOT EXISTS still_writable (id int)");
    assertThat(lab.server1.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
    assertThat(
            lab.server0.ask(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"))
        .isEqualTo("0");
  }

  private static void write(LabServer server, AtomicInteger next, Set<Integer> acknowledged) {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      while (true) {
        int id = next.incrementAndGet();
        statement.execute("INSERT INTO written VALUES (" + id + ")");
        acknowledged.add(id);
      }
    } catch (SQLException _) {
      // The server was stopped under the writer: what was not acknowledged does not count.
    }
  }

  private static void append(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(LabServer server, String sql) {
    try {
      server.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
