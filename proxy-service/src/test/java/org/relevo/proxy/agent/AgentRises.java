package org.relevo.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.cluster.Life;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.SyncSet;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// How real servers become primaries: on which timeline, and for whom their commits wait from the
/// first one on. Subclasses say of which version.
abstract class AgentRises {
  private static final BackendId NODE1 = new BackendId(1);
  private static final String WAITERS =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

  @TempDir Path folder;

  private static SyncSet any(int need, Integer... nodes) {
    Set<BackendId> names = new TreeSet<>();
    for (int node : nodes) {
      names.add(new BackendId(node));
    }
    return new SyncSet(need, new TreeSet<>(names));
  }

  private static long next(AgentLab lab, int node) throws SQLException {
    try (Connection connection = lab.server(node).connect()) {
      return Lives.next(connection);
    }
  }

  @Test
  void aPromotionTakesItsNumberAndItsFirstCommitWaits() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 3)) {
      lab.insert(0, "common");
      lab.level(0, 1);
      lab.level(0, 2);
      lab.server(2).stop();
      assertThat(lab.act(1, new NodeAction.StopReceiver(4, false))).isEmpty();
      NodeReport still = lab.await(1, Condition.RECEIVER_STOPPED);
      assertThat(still.gateEpoch()).isEqualTo(4);
      assertThat(lab.act(2, new NodeAction.StopReceiver(4, false))).isEmpty();
      // It was stopped, and is asked for its position.
      assertThat(lab.await(2, report -> report.gateEpoch() == 4).condition())
          .isEqualTo(Condition.RECEIVER_STOPPED);

      long next = next(lab, 1);
      NodeAction promote = new NodeAction.Promote(5, 6, 7, any(1, 2));
      assertThat(lab.act(1, promote)).isEmpty();
      NodeReport risen = lab.await(1, Condition.PRIMARY);
      assertThat(risen.timeline()).isEqualTo(6);
      assertThat(risen.syncNumber()).isZero();
      assertThat(risen.refusedEpoch()).isEqualTo(4);
      // Nothing was running, and nothing was written since.
      Life life = lab.await(1, report -> report.life().startedUs() != 0).life();
      assertThat(life.follows()).isZero();
      assertThat(life.settledBelow()).isEqualTo(next).isLessThanOrEqualTo(life.freshFrom());
      CompletableFuture<Void> first = write(lab, 1, "under timeline 6");
      lab.server(1).await(WAITERS, "1");
      assertThat(lab.act(1, promote)).isEmpty();
      assertThat(first).isNotDone();

      assertThat(lab.act(2, new NodeAction.Follow(NODE1, 5, 6, still.received()))).isEmpty();
      first.get(30, TimeUnit.SECONDS);
      NodeReport following = lab.await(2, report -> report.timeline() == 6);
      assertThat(following.follows()).isEqualTo(1);
      assertThat(following.gateEpoch()).isZero();
      assertThat(lab.act(1, new NodeAction.SetSync(7, any(1, 2)))).isEmpty();
      assertThat(lab.await(1, report -> report.syncNumber() == 7).condition())
          .isEqualTo(Condition.PRIMARY);

      // By hand, behind the agent's back.
      lab.server(1).execute("ALTER SYSTEM SET synchronous_standby_names = ''");
      lab.server(1).execute("SELECT pg_reload_conf()");
      lab.await(1, report -> report.syncNumber() == 0);

      // What came over the wire does not keep a standby from starting anew.
      lab.server(2).signal("KILL");
      lab.await(2, Condition.STOPPED);
      assertThat(lab.act(2, new NodeAction.Follow(NODE1, 5, 6, still.received()))).isEmpty();
      lab.awaitRow(2, "under timeline 6");
      lab.server(1).signal("KILL");
      assertThat(lab.await(1, Condition.STOPPED).timeline()).isEqualTo(6);
      assertThat(lab.act(1, promote)).isEmpty();
      assertThat(lab.await(1, Condition.PRIMARY).timeline()).isEqualTo(6);
    }
  }

  @Test
  void aRestartedPrimarysFirstCommitWaits() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 2)) {
      lab.insert(0, "before");
      lab.level(0, 1);
      assertThat(lab.act(1, new NodeAction.Stop(false, 3))).isEmpty();
      NodeReport stopped = lab.await(1, report -> report.gateEpoch() == 3);
      assertThat(stopped.condition()).isEqualTo(Condition.STOPPED);
      assertThat(stopped.byHand()).isFalse();
      long alive = lab.await(0, report -> report.life().startedUs() != 0).life().startedUs();
      long next = next(lab, 0);
      lab.server(0).signal("KILL");
      lab.await(0, Condition.STOPPED);

      lab.tooLate = true;
      assertThat(lab.act(0, new NodeAction.Restart(2, 9, any(1, 1)))).contains("too late");
      assertThat(lab.sealed(0)).isTrue();
      lab.tooLate = false;
      assertThat(lab.act(0, new NodeAction.Restart(2, 9, any(1, 1)))).isEmpty();
      // Its life is known a look after its condition.
      NodeReport again = lab.await(0, report -> report.life().startedUs() > alive);
      assertThat(again.condition()).isEqualTo(Condition.PRIMARY);
      assertThat(again.syncNumber()).isZero();
      assertThat(again.life().follows()).isEqualTo(alive);
      assertThat(again.life().settledBelow()).isEqualTo(next);
      assertThat(again.life().freshFrom()).isEqualTo(next);
      assertThat(again.life().startedUs()).isGreaterThan(alive);
      CompletableFuture<Void> first = write(lab, 0, "waits");
      lab.server(0).await(WAITERS, "1");
      assertThat(first).isNotDone();
      assertThat(lab.act(0, new NodeAction.Restart(2, 10, SyncSet.NONE))).isEmpty();
      first.get(30, TimeUnit.SECONDS);
      assertThat(lab.await(0, report -> report.syncNumber() == 10).condition())
          .isEqualTo(Condition.PRIMARY);

      // Started by hand, a stopped server has not stayed so.
      lab.server(1).start();
      lab.await(1, report -> report.condition() == Condition.STANDBY);
      assertThat(lab.await(1, Condition.STANDBY).gateEpoch()).isZero();
      lab.server(1).stop();
      assertThat(lab.await(1, NodeReport::byHand).gateEpoch()).isZero();
    }
  }

  /// The machine dies after the new timeline's history is written and before anything is on it.
  @Test
  void aPromotionThatWasBrokenOffTakesItsNumberAgain() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 2)) {
      lab.insert(0, "common");
      lab.level(0, 1);
      assertThat(lab.act(1, new NodeAction.StopReceiver(1, false))).isEmpty();
      Lsn at = lab.await(1, Condition.RECEIVER_STOPPED).received();
      lab.abandon(1, AgentLab.promote(3, 5), "promoting");
      Path log = lab.server(1).data().resolve("pg_wal");
      Files.copy(log.resolve("00000004.history"), log.resolve("00000005.history"));
      Files.writeString(log.resolve("00000005.history"), "1\t" + at + "\tbroken off\n");
      lab.server(1).signal("KILL");
      lab.await(1, Condition.STOPPED);
      assertThat(lab.act(1, AgentLab.promote(4, 5))).isEmpty();
      assertThat(lab.await(1, Condition.PRIMARY).timeline()).isEqualTo(5);
      lab.insert(1, "on 5");

      // Of the same kind, and then another is promoted after all.
      lab.server(0).signal("KILL");
      lab.await(0, Condition.STOPPED);
      assertThat(lab.act(0, AgentLab.follow(NODE1, 4))).isEmpty();
      lab.awaitRow(0, "on 5");
      assertThat(lab.act(0, new NodeAction.StopReceiver(2, false))).isEmpty();
      lab.abandon(0, AgentLab.promote(5, 7), "promoting");
      Path other = lab.server(0).data().resolve("pg_wal");
      Lsn there = lab.await(0, Condition.RECEIVER_STOPPED).received();
      Files.copy(other.resolve("00000005.history"), other.resolve("00000007.history"));
      Files.writeString(
          other.resolve("00000007.history"),
          Files.readString(other.resolve("00000005.history")) + "5\t" + there + "\tbroken off\n");
      assertThat(lab.act(1, AgentLab.promote(6, 5))).isEmpty();
      lab.insert(1, "still on 5");
      assertThat(lab.act(0, new NodeAction.Follow(NODE1, 6, 5, at))).isEmpty();
      lab.awaitRow(0, "still on 5");
      assertThat(lab.events).noneMatch(event -> event.contains("agent.diverged"));
    }
  }

  /// Nobody is promoted on a number that is not newer, or that another promotion has.
  @Test
  void aNumberThatIsTakenIsRefused() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 2)) {
      lab.insert(0, "common");
      lab.level(0, 1);
      assertThat(lab.act(1, AgentLab.promote(2, 1))).contains("is not newer");
      Path log = lab.server(1).data().resolve("pg_wal");
      Files.writeString(log.resolve("00000002.history"), "1\t0/1\tanother's\n");
      assertThat(lab.act(1, AgentLab.promote(2, 2))).contains("another promotion has taken");
      lab.tooLate = true;
      assertThat(lab.act(1, AgentLab.promote(2, 3))).contains("too late");
      assertThat(lab.server(1).ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
    }
  }

  /// A person promoted one by hand to the number that the other was given.
  @Test
  void theSameNumberOfAnotherHistoryIsDiverged() throws Exception {
    try (AgentLab lab = new AgentLab(folder, 3)) {
      lab.insert(0, "common");
      lab.level(0, 1);
      lab.level(0, 2);
      assertThat(lab.act(1, new NodeAction.StopReceiver(1, false))).isEmpty();
      lab.insert(0, "only on 2");
      lab.awaitRow(2, "only on 2");
      lab.server(2).execute("SELECT pg_promote()");
      lab.insert(2, "by hand");
      Lsn at = lab.await(1, Condition.RECEIVER_STOPPED).received();
      assertThat(lab.act(1, AgentLab.promote(3, 2))).isEmpty();
      for (int row = 0; row < 200; row++) {
        lab.insert(1, "in order");
      }
      assertThat(lab.act(2, new NodeAction.Stop(true, 0))).isEmpty();
      assertThat(lab.act(2, new NodeAction.Follow(NODE1, 3, 2, at))).isEmpty();
      lab.awaitRow(2, "in order");
      assertThat(lab.server(2).ask("SELECT count(*) FROM t WHERE text LIKE '%hand'"))
          .isEqualTo("0");
      assertThat(lab.events).anyMatch(event -> event.contains("agent.diverged "));
    }
  }

  private static CompletableFuture<Void> write(AgentLab lab, int node, String text) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            lab.insert(node, text);
            done.complete(null);
          } catch (Exception e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }
}
