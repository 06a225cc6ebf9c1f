package org.relevo.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeReport.Hindrance;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.local.Postmaster;
import org.relevo.proxy.testkit.Await;

/// What agents do to real servers; subclasses say of which version.
abstract class AgentActions {
  private static final BackendId NODE0 = new BackendId(0);
  private static final BackendId NODE1 = new BackendId(1);
  private static final String RECEIVERS =
      "SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'";

  @TempDir Path folder;

  @Test
  void aPrimaryIsReplacedInOrder() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 3)) {
      lab.insert(0, "first");
      assertThat(lab.await(0, Condition.PRIMARY).timeline()).isEqualTo(1);
      assertThat(lab.await(1, Condition.STANDBY).follows()).isZero();
      Await.until("a running primary is sealed", () -> lab.sealed(0));
      assertThat(lab.act(0, new NodeAction.Checkpoint(0))).isEmpty();

      lab.level(0, 1);
      assertThat(lab.act(1, new NodeAction.StopReceiver(1, false))).isEmpty();
      NodeReport still = lab.await(1, Condition.RECEIVER_STOPPED);
      lab.insert(0, "not received by node 1");
      lab.awaitRow(2, "not received by node 1");
      assertThat(lab.server(1).ask(RECEIVERS)).isEqualTo("0");
      assertThat(lab.reports(1).getLast()).isEqualTo(still);
      assertThat(lab.act(1, AgentLab.follow(NODE0, 1))).isEmpty();
      lab.awaitRow(1, "not received by node 1");
      assertThat(lab.await(1, Condition.STANDBY).follows()).isZero();

      assertThat(lab.act(0, new NodeAction.Stop(false, 1))).isEmpty();
      NodeReport stopped = lab.await(0, Condition.STOPPED);
      assertThat(stopped.timeline()).isEqualTo(1);
      assertThat(lab.sealed(0)).isTrue();
      lab.server(1)
          .await("SELECT pg_last_wal_replay_lsn() = '" + stopped.received() + "'::pg_lsn", "t");

      assertThat(lab.act(1, AgentLab.promote(5, 2))).isEmpty();
      assertThat(lab.await(1, Condition.PRIMARY).timeline()).isEqualTo(2);
      assertThat(lab.sealed(1)).isTrue();
      assertThat(lab.act(1, AgentLab.promote(4, 2))).contains("epoch 4 is over: 5 was promised");
      assertThat(lab.act(1, AgentLab.promote(5, 2))).isEmpty();
      assertThat(lab.server(1).ask("SHOW restart_after_crash")).isEqualTo("off");
      lab.insert(1, "under the new primary");

      long before = lab.server(2).control().postmasterPid().orElseThrow();
      assertThat(lab.act(2, AgentLab.follow(NODE1, 5))).isEmpty();
      assertThat(lab.server(2).control().postmasterPid()).hasValue(before);
      lab.awaitRow(2, "under the new primary");
      // Of the timeline it hears a moment after it follows.
      lab.await(2, report -> report.follows() == 1 && report.timeline() == 2);

      assertThat(lab.act(0, AgentLab.follow(NODE1, 5))).isEmpty();
      lab.awaitRow(0, "under the new primary");
      assertThat(lab.await(0, Condition.STANDBY).follows()).isEqualTo(1);
      assertThat(
              lab.server(1)
                  .ask(
                      "SELECT string_agg(slot_name, ' ' ORDER BY slot_name) FROM"
                          + " pg_replication_slots WHERE active"))
          .isEqualTo("relevo_node0 relevo_node2");
      assertThat(lab.act(0, AgentLab.follow(NODE1, 4))).contains("epoch 4 is over");
    }
  }

  @Test
  void crashesAreToldAtOnceAndPlannedRestartsAreNot() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 1)) {
      lab.await(0, Condition.PRIMARY);
      Await.until("sealed", () -> lab.sealed(0));
      lab.insert(0, "before");
      long killedNs = System.nanoTime();
      lab.server(0).signal("KILL");
      NodeReport crashed = lab.await(0, Condition.STOPPED);
      assertThat((System.nanoTime() - killedNs) / 1_000_000).isLessThan(3_000);
      assertThat(crashed.reason()).contains("crashed");

      assertThat(lab.act(0, AgentLab.restart(2))).isEmpty();
      assertThat(lab.await(0, Condition.PRIMARY).timeline()).isEqualTo(1);
      assertThat(lab.sealed(0)).isTrue();
      lab.awaitRow(0, "before");
      assertThat(lab.act(0, AgentLab.restart(1))).contains("epoch 1 is over");

      int told = lab.reports(0).size();
      lab.server(0).stop();
      NodeReport away = lab.await(0, report -> report.reason().contains("stopped in order"));
      assertThat(away.condition()).isEqualTo(Condition.PRIMARY);
      lab.server(0).start();
      // At rest it is a standby: it does not take writes by itself.
      lab.await(0, report -> report.reason().isEmpty() || report.condition() != Condition.PRIMARY);
      lab.await(
          0,
          report ->
              report.condition() == Condition.RECEIVER_STOPPED
                  || report.condition() == Condition.STANDBY);
      assertThat(lab.reports(0).subList(told, lab.reports(0).size()))
          .extracting(NodeReport::condition)
          .doesNotContain(Condition.STOPPED, Condition.BROKEN);
      assertThat(lab.act(0, AgentLab.restart(2))).isEmpty();
      assertThat(lab.await(0, Condition.PRIMARY).timeline()).isEqualTo(1);

      lab.server(0).signal("STOP");
      assertThat(lab.act(0, new NodeAction.Stop(true, 1))).isEmpty();
      assertThat(Postmaster.of(lab.server(0).data())).isEmpty();
      lab.await(0, Condition.STOPPED);
    }
  }

  /// A disk that is lost takes the data directory with it; others must be able to take over.
  @Test
  void aServerWhoseFilesAreGoneIsEndedAndCountsAsStopped() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 1)) {
      lab.await(0, Condition.PRIMARY);
      Path data = lab.server(0).data();
      ProcessHandle server = Postmaster.of(data).orElseThrow();
      Await.until(
          "it is removed while the server makes files in it",
          () -> {
            int _ = new ProcessBuilder("rm", "-rf", data.toString()).start().waitFor();
            return !Files.exists(data);
          });
      assertThat(lab.act(0, new NodeAction.Stop(true, 7))).isEmpty();
      assertThat(Postmaster.runs(server)).isFalse();
      NodeReport gone = lab.await(0, report -> report.gateEpoch() == 7);
      assertThat(gone.condition()).isEqualTo(Condition.STOPPED);
      assertThat(gone.reason()).contains("damaged");
    }
  }

  /// The old primary wrote what nobody got; then it is asked to follow, while it runs.
  @Test
  void aDivergedPrimaryFollowsAgainAndWhatItWroteIsKept() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 2)) {
      Lsn fork = diverge(lab);
      assertThat(lab.act(0, AgentLab.follow(NODE1, 3))).isEmpty();
      lab.awaitRow(0, "new");
      assertThat(lab.server(0).ask("SELECT count(*) FROM t WHERE text = 'lost'")).isEqualTo("0");
      assertThat(lab.await(0, Condition.STANDBY).follows()).isEqualTo(1);
      assertThat(lab.server(0).ask("SHOW port")).isEqualTo("" + lab.server(0).port());
      try (Stream<Path> kept = Files.walk(lab.state(0).resolve("diverged"))) {
        List<String> names = kept.map(path -> "" + path.getFileName()).toList();
        assertThat(names)
            .anyMatch(name -> name.contains(fork.toString().replace('/', '_')))
            .anyMatch(name -> name.startsWith("00000001"));
      }
      assertThat(lab.events)
          .anyMatch(event -> event.contains("agent.diverged ") && event.contains("fork=" + fork));
      checkHowItWasMade(lab);
      assertThat(lab.state(0).resolve("rebuild")).doesNotExist();
    }
  }

  abstract void checkHowItWasMade(AgentLab lab) throws Exception;

  /// Standby 1 can copy each segment of the primary as it is written, as from an archive that is
  /// ahead; standby 2 has its command from another file.
  @Test
  void anArchiveGivesNothingWhileAPositionStands() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 3)) {
      String command = "cp \"%s/pg_wal/%%f\" '%%p'".formatted(lab.server(0).data());
      lab.server(1).execute("ALTER SYSTEM SET restore_command = " + OwnServer.literal(command));
      Path conf = lab.server(2).data().resolve("postgresql.conf");
      Files.writeString(
          conf, "restore_command = 'false'\n", java.nio.file.StandardOpenOption.APPEND);
      for (int standby = 1; standby < 3; standby++) {
        lab.server(standby).execute("ALTER SYSTEM SET wal_retrieve_retry_interval = '100ms'");
        lab.server(standby).ask("SELECT pg_reload_conf()");
      }
      lab.server(1).await("SHOW restore_command", command);
      lab.server(2).await("SHOW restore_command", "false");

      for (int standby = 1; standby < 3; standby++) {
        assertThat(lab.act(standby, new NodeAction.StopReceiver(1, false))).isEmpty();
        // One that was on its way when the action ended does not carry the number yet.
        NodeReport still = lab.await(standby, report -> report.gateEpoch() != 0);
        assertThat(still.condition()).isEqualTo(Condition.RECEIVER_STOPPED);
        assertThat(still.gateEpoch()).isEqualTo(1);
        assertThat(lab.server(standby).ask("SHOW restore_command")).isEmpty();
      }
      String position = lab.server(1).ask("SELECT pg_last_wal_replay_lsn()");
      lab.insert(0, "in the archive");
      Await.stays(
          Duration.ofSeconds(2),
          () ->
              assertThat(lab.server(1).ask("SELECT pg_last_wal_replay_lsn()")).isEqualTo(position));

      for (int standby = 1; standby < 3; standby++) {
        assertThat(lab.act(standby, AgentLab.follow(NODE0, 1))).isEmpty();
        lab.awaitRow(standby, "in the archive");
        assertThat(lab.state(standby).resolve("archive")).doesNotExist();
      }
      lab.server(1).await("SHOW restore_command", command);
      lab.server(2).await("SHOW restore_command", "false");

      // Broken off, killed, and in the end promoted.
      lab.abandon(1, new NodeAction.StopReceiver(2, false), "receiver-told");
      lab.server(1).signal("KILL");
      lab.await(1, Condition.STOPPED);
      assertThat(lab.act(1, new NodeAction.StopReceiver(2, false))).isEmpty();
      assertThat(lab.server(1).ask("SHOW restore_command")).isEmpty();
      assertThat(lab.act(1, AgentLab.promote(5, 2))).isEmpty();
      lab.server(1).await("SHOW restore_command", command);
      assertThat(lab.state(1).resolve("archive")).doesNotExist();
    }
  }

  @Test
  void aPausedReplayIsToldAndAPromotionEndsIt() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 2)) {
      lab.level(0, 1);
      lab.server(1).ask("SELECT pg_wal_replay_pause()");
      NodeReport paused = lab.await(1, now -> now.hindrance() == Hindrance.REPLAY_PAUSED);
      assertThat(paused.condition()).isEqualTo(Condition.STANDBY);
      assertThat(paused.reason()).contains("paused");
      lab.insert(0, "not replayed");
      String written = lab.server(0).ask("SELECT pg_current_wal_flush_lsn()");
      lab.server(1).await("SELECT pg_last_wal_receive_lsn() >= '" + written + "'::pg_lsn", "t");
      assertThat(lab.act(1, new NodeAction.StopReceiver(1, false))).isEmpty();
      NodeReport still = lab.await(1, Condition.RECEIVER_STOPPED);
      assertThat(still.hindrance()).isEqualTo(Hindrance.REPLAY_PAUSED);
      assertThat(still.received()).isGreaterThanOrEqualTo(Lsn.parse(written));
      assertThat(lab.act(1, AgentLab.promote(5, 2))).isEmpty();
      lab.awaitRow(1, "not replayed");
      assertThat(lab.await(1, Condition.PRIMARY).hindrance()).isEqualTo(Hindrance.NONE);
    }
  }

  /// Node 1 is the primary from `fork` on, node 0 has written beyond it and does not know.
  static Lsn diverge(AgentLab lab) throws Exception {
    lab.insert(0, "common");
    lab.awaitRow(1, "common");
    assertThat(lab.act(1, new NodeAction.StopReceiver(1, false))).isEmpty();
    lab.insert(0, "lost");
    assertThat(lab.act(1, AgentLab.promote(3, 2))).isEmpty();
    lab.insert(1, "new");
    return Timelines.of(lab.server(1).address()).forks().get(1L);
  }
}
