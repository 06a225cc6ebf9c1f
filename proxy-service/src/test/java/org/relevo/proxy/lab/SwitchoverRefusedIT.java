package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.SwitchoverPlan;

/// The target of a switchover cannot take over: it is refused with the reason, nothing changes and
/// no client notices.
class SwitchoverRefusedIT extends LabCase {
  /// What may still be to be sent while clients wait, and more.
  private static final int MEGABYTES = 20;

  /// A lease, what is left of it for clocks, and a look.
  private static final Duration KNOWN = Duration.ofSeconds(15);

  private ControlStatus before;
  private WritingClients writers;

  @Override
  LabPlan plan() {
    return LabPlan.of(2, true);
  }

  @BeforeEach
  void write() throws Exception {
    lab().awaitCalm();
    LabControl.awaitProvable(member("a"));
    before = LabControl.status(member("a"));
    writers = new WritingClients(lab(), List.of(member("a")), 4);
  }

  @AfterEach
  void nothingHasChanged() throws Exception {
    writers.awaitAll();
    writers.close();
    assertThat(writers.errors()).isEmpty();
    lab().awaitCalm();
    assertThat(lab().primary()).isSameAs(member("a"));
    ControlStatus after = LabControl.status(member("a"));
    assertThat(after.epoch()).isEqualTo(before.epoch());
    assertThat(after.operationId()).isEmpty();
  }

  @Test
  void aServerThatNobodyKnows() {
    assertThatThrownBy(() -> LabControl.plan(member("a"), 7))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void thePrimaryItself() throws Exception {
    refused(0, "is no standby");
  }

  @Test
  void aServerThatAPersonTookOut() throws Exception {
    LabControl.goal(member("a"), member("b"), "detached");
    try {
      refused(1, "is DETACHED");
    } finally {
      LabControl.goal(member("a"), member("b"), "standby");
    }
  }

  @Test
  void aServerWhoseServiceIsGone() throws Exception {
    member("b").killService();
    await("agent is silent");
    refused(1, "agent is silent");
    member("b").launch();
    member("b").awaitService();
  }

  @Test
  void aServerThatAPersonStopped() throws Exception {
    member("b").stopServer();
    await("does not follow");
    refused(1, "does not follow the primary: STOPPED");
    member("b").startServer();
  }

  @Test
  void aServerThatIsFarBehind() throws Exception {
    try (HeldBack _ = new HeldBack(member("a"), member("b"))) {
      // Waits for no standby, unlike a commit.
      for (int i = 0; i < MEGABYTES; i++) {
        member("a").ask("SELECT pg_logical_emit_message(false, 'lab', repeat('x', 1048576))");
      }
      await("bytes behind");
      refused(1, "bytes behind");
    }
  }

  @Test
  void aServerWhoseReplayAPersonPaused() throws Exception {
    member("b").ask("SELECT pg_wal_replay_pause()");
    try {
      await("paused");
      refused(1, "paused");
    } finally {
      member("b").ask("SELECT pg_wal_replay_resume()");
    }
  }

  private void await(String reason) {
    Patience.until(
        KNOWN,
        () -> "no reason: " + reason,
        () -> LabControl.plan(member("a"), 1).checks().toString().contains(reason));
  }

  private void refused(int node, String reason) throws Exception {
    SwitchoverPlan plan = LabControl.plan(member("a"), node);
    assertThat(plan.startable()).isFalse();
    assertThat(plan.checks().toString()).contains(reason);
    assertThatThrownBy(() -> LabControl.switchover(member("a"), node))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(reason);
  }
}
