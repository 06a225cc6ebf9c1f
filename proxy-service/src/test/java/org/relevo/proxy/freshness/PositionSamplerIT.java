package org.relevo.proxy.freshness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.freshness.SamplerLab.FIRST;
import static org.relevo.proxy.freshness.SamplerLab.SECOND;

import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LabServer;
import org.relevo.proxy.testkit.LeakWatch;

/// The sampler on a real primary and a streaming standby.
class PositionSamplerIT {
  private static final LeakWatch LEAKS = new LeakWatch();
  private static final Duration PERIOD = Duration.ofMillis(5);

  @TempDir Path folder;
  SamplerLab lab;

  @BeforeEach
  void start() throws Exception {
    lab = new SamplerLab(folder, PERIOD);
    lab.first.execute("CREATE TABLE t (n int)");
    awaitBoth();
  }

  @AfterEach
  void stop() throws Exception {
    lab.close();
    LEAKS.assertNone();
  }

  @Test
  void aStandbyProvesAWriteOnlyOnceItHasReplayedIt() throws Exception {
    for (int i = 1; i <= 50; i++) {
      lab.first.execute("INSERT INTO t VALUES (" + i + ")");
      long mark = lab.freshness.mark();
      Await.until(lab::describe, () -> lab.shows(SECOND, mark));
      assertThat(lab.second.ask("SELECT max(n) FROM t")).isEqualTo(String.valueOf(i));
    }
    lab.second.execute("SELECT pg_wal_replay_pause()");
    lab.second.await("SELECT pg_get_wal_replay_pause_state()", "paused");
    lab.first.execute("INSERT INTO t VALUES (100)");
    long paused = lab.freshness.mark();
    Await.until(lab::describe, () -> !lab.bound(paused).equals(Positions.UNSETTLED));
    Await.until(lab::describe, () -> lab.node(SECOND).lagBytes() > 0);
    Await.until(lab::describe, () -> lab.node(SECOND).lagMs() > 50);
    assertThat(lab.shows(SECOND, paused)).isFalse();
    assertThat(lab.second.ask("SELECT max(n) FROM t")).isEqualTo("50");

    CompletableFuture<Positions> waiting = new CompletableFuture<>();
    lab.freshness.whenReplayed(paused, Duration.ofSeconds(20), Runnable::run, waiting::complete);
    CompletableFuture<Positions> impatient = new CompletableFuture<>();
    lab.freshness.whenReplayed(paused, Duration.ofMillis(30), Runnable::run, impatient::complete);
    assertThat(impatient.get(10, TimeUnit.SECONDS).replayedByAny(lab.bound(paused))).isFalse();
    assertThat(waiting).isNotDone();
    lab.second.execute("SELECT pg_wal_replay_resume()");
    assertThat(waiting.get(10, TimeUnit.SECONDS).replayedByAny(lab.bound(paused))).isTrue();
    assertThat(lab.second.ask("SELECT max(n) FROM t")).isEqualTo("100");
    Await.until(lab::describe, () -> lab.node(SECOND).lagMs() == 0);
  }

  @Test
  void atTheBeginOfAPageOrSegmentAStandbyIsLevel() throws Exception {
    for (int i = 0; i < 3; i++) {
      lab.first.execute("INSERT INTO t VALUES (1)");
      lab.first.ask("SELECT pg_switch_wal()");
      long mark = lab.freshness.mark();
      Await.until(lab::describe, () -> lab.shows(SECOND, mark));
    }
  }

  @Test
  void aRestartOfEitherServerIsSurvivedAndNothingIsKnownMeanwhile() throws Exception {
    lab.first.execute("INSERT INTO t VALUES (1)");
    long before = lab.freshness.mark();
    Await.until(lab::describe, () -> lab.shows(SECOND, before));
    lab.second.stop();
    Await.until(lab::describe, () -> lab.node(SECOND).replayed() == null);
    assertThat(lab.shows(SECOND, before)).isFalse();
    lab.second.start();
    Await.until(lab::describe, () -> lab.shows(SECOND, before));

    lab.first.stop();
    Await.until(lab::describe, () -> lab.bound(before).equals(Positions.UNSETTLED));
    assertThat(lab.shows(SECOND, before)).isFalse();
    long during = lab.freshness.mark();
    lab.first.start();
    Await.until(lab::describe, () -> lab.shows(SECOND, during) && lab.shows(SECOND, before));
    assertThat(lab.sampler.figures().failures()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void terminatedConnectionsAreOpenedAnew() throws Exception {
    for (LabServer server : List.of(lab.first, lab.second)) {
      server.ask(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"
              + NodeSampler.APPLICATION_NAME
              + "'");
    }
    Await.until(lab::describe, () -> lab.sampler.figures().failures() >= 2);
    long mark = lab.freshness.mark();
    Await.until(lab::describe, () -> lab.shows(SECOND, mark));
  }

  @Test
  void afterAPromotionNothingOfTheOldTimelineServes() throws Exception {
    lab.second.execute("SELECT pg_wal_replay_pause()");
    lab.second.await("SELECT pg_get_wal_replay_pause_state()", "paused");
    lab.first.execute("INSERT INTO t VALUES (1)");
    long lost = lab.freshness.mark();
    Await.until(lab::describe, () -> !lab.bound(lost).equals(Positions.UNSETTLED));
    lab.first.close();
    Await.until(lab::describe, () -> lab.bound(lost).equals(Positions.UNSETTLED));
    lab.views.paint(-1, Role.UNKNOWN, Role.STANDBY);
    lab.second.execute("SELECT pg_wal_replay_resume()");
    lab.second.ask("SELECT pg_promote()");
    // The connection outlives the promotion; nobody has told the service yet.
    Await.until(lab::describe, () -> !lab.lists(SECOND));
    assertThat(lab.bound(lost)).isEqualTo(Positions.UNSETTLED);

    lab.views.paint(1, Role.UNKNOWN, Role.PRIMARY);
    Await.until(lab::describe, () -> !lab.bound(lost).equals(Positions.UNSETTLED));
    assertThat(lab.bound(lost).compareTo(Lsn.parse(currentPosition(lab.second))) <= 0).isTrue();
    lab.second.execute("INSERT INTO t VALUES (2)");
    long mark = lab.freshness.mark();
    Await.until(lab::describe, () -> !lab.bound(mark).equals(Positions.UNSETTLED));

    // A standby of the new primary takes the old one's place: what it replays is of the new
    // timeline.
    try (LabServer third = LabServer.standby(folder, "third", lab.second)) {
      lab.views.port(0, third.port());
      lab.views.paint(1, Role.STANDBY, Role.PRIMARY);
      Await.until(lab::describe, () -> lab.shows(FIRST, mark) && lab.shows(FIRST, lost));
      assertThat(third.ask("SELECT string_agg(n::text, ',') FROM t")).isEqualTo("1,2");
    }
  }

  @Test
  void aFrozenStandbyIsUnknownAfterTheLimitAndComesBack() throws Exception {
    lab.first.execute("INSERT INTO t VALUES (1)");
    long mark = lab.freshness.mark();
    Await.until(lab::describe, () -> lab.shows(SECOND, mark));
    List<ProcessHandle> frozen = processes(lab.second);
    signal(frozen, "STOP");
    try {
      long fromNs = System.nanoTime();
      Await.until(lab::describe, () -> lab.node(SECOND).replayed() == null);
      assertThat(Duration.ofNanos(System.nanoTime() - fromNs))
          .isLessThan(PositionSettings.LIMIT.plusMillis(1_500));
      long asked = lab.freshness.mark();
      Await.until(lab::describe, () -> !lab.bound(asked).equals(Positions.UNSETTLED));
    } finally {
      signal(frozen, "CONT");
    }
    long after = lab.freshness.mark();
    Await.until(lab::describe, () -> lab.shows(SECOND, after));
  }

  @Test
  void samplesAreFewWhenNobodyAsksAndAsManyAsThePeriodAllowsWhenWritesGoOn() throws Exception {
    Await.until(lab::describe, () -> lab.sampler.figures().samplesPerSecond() < 10);
    ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED); // it costs most of all
    Cost idle = cost(3_000, () -> {});
    Cost writes = cost(4_000, lab.freshness::mark);
    Runnable both = () -> lab.bound(lab.freshness.mark());
    Cost cold = cost(5_000, both);
    Cost busy = cost(4_000, both);
    ResourceLeakDetector.setLevel(level);
    Cost reads = cost(4_000, lab.freshness::positions);
    String report =
        "idle %s, writes %s, read too at first %s, then %s, reads %s"
            .formatted(idle, writes, cold, busy, reads);
    Files.writeString(Path.of("target", "sampler-cost.txt"), report + "\n");
    assertThat(idle.samplesPerSecond()).as(report).isLessThan(10);
    assertThat(writes.samplesPerSecond()).as(report).isLessThan(45);
    assertThat(busy.samplesPerSecond()).as(report).isBetween(100.0, 420.0);
    assertThat(reads.samplesPerSecond()).as(report).isBetween(10.0, 45.0);
    assertThat(idle.percent()).as(report).isLessThan(1);
  }

  /// @param percent of one core, of the sampler's thread
  /// @param serverPercent of one core, of the primary's process that answers
  private record Cost(double samplesPerSecond, double percent, double serverPercent) {}

  private Cost cost(long ms, Runnable demand) throws Exception {
    long cpuNs = lab.cpuNs();
    long serverMs = SamplerLab.serverCpuMs(lab.first);
    long samples = lab.sampler.figures().samples();
    long fromNs = System.nanoTime();
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    over.completeOnTimeout(true, ms, TimeUnit.MILLISECONDS);
    while (!over.isDone()) {
      demand.run();
      LockSupport.parkNanos(1_000_000);
    }
    double seconds = (System.nanoTime() - fromNs) / 1e9;
    return new Cost(
        (lab.sampler.figures().samples() - samples) / seconds,
        (lab.cpuNs() - cpuNs) / 1e7 / seconds,
        (SamplerLab.serverCpuMs(lab.first) - serverMs) / 10.0 / seconds);
  }

  @Test
  void aFrozenPrimarySettlesNothingAndComesBack() throws Exception {
    List<ProcessHandle> frozen = processes(lab.first);
    signal(frozen, "STOP");
    long mark;
    try {
      mark = lab.freshness.mark();
      Await.until(lab::describe, () -> !lab.freshness.positions().nodes().get(0).sampled());
      assertThat(lab.bound(mark)).isEqualTo(Positions.UNSETTLED);
    } finally {
      signal(frozen, "CONT");
    }
    Await.until(lab::describe, () -> lab.shows(SECOND, mark));
  }

  private void awaitBoth() {
    long mark = lab.freshness.mark();
    Await.until(lab::describe, () -> lab.shows(SECOND, mark) && lab.node(FIRST) != null);
  }

  private static String currentPosition(LabServer server) throws Exception {
    return server.ask("SELECT pg_current_wal_insert_lsn()");
  }

  private static List<ProcessHandle> processes(LabServer server) throws IOException {
    ProcessHandle postmaster =
        ProcessHandle.of(server.control().postmasterPid().orElseThrow()).orElseThrow();
    return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
  }

  private static void signal(List<ProcessHandle> processes, String name) throws Exception {
    for (ProcessHandle each : processes) {
      new ProcessBuilder("kill", "-" + name, String.valueOf(each.pid())).start().waitFor();
    }
  }
}
