package org.relevo.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.balancing.BalancedProxy.Choice;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.ReplicatedPair;
import org.relevo.proxy.testkit.Seeds;

/// Many sessions write and read at random while the standby's replay stops, goes on and is delayed
/// at random: with `read_consistency = session` no read is older than what its session was told,
/// with `eventual` some are.
///
/// `-Drelevo.reads=N` sets how many reads are made, `-Drelevo.seed=N` what is chosen.
class StaleReadsIT {
  private static final System.Logger LOG = System.getLogger("stale");
  private static final long READS = Long.getLong("relevo.reads", 100_000);
  private static final int SESSIONS = 24;
  private static final long MOST_SECONDS = 300;
  private static final int MOST_SHOWN = 3;

  @TempDir static Path folder;
  private static ReplicatedPair pair;
  private static ResourceLeakDetector.Level leaks;

  @BeforeAll
  static void start() throws Exception {
    leaks = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE); // others make it slow
    pair = new ReplicatedPair(folder);
    pair.primary()
        .execute(
            "CREATE TABLE counters (id int PRIMARY KEY, n bigint NOT NULL);"
                + "CREATE FUNCTION bump(which int) RETURNS bigint LANGUAGE sql VOLATILE AS"
                + " 'UPDATE counters SET n = n + 1 WHERE id = which RETURNING n'");
  }

  @AfterAll
  static void stop() throws IOException {
    ResourceLeakDetector.setLevel(leaks);
    pair.close();
  }

  @BeforeEach
  void rows() throws Exception {
    pair.primary()
        .execute(
            "TRUNCATE counters; INSERT INTO counters SELECT i, 0 FROM generate_series(0, "
                + (ReadingSession.SHARED + SESSIONS)
                + ") i");
    pair.level();
  }

  @ParameterizedTest
  @CsvSource({"SESSION, on", "TRANSACTION, on", "TRANSACTION, off"})
  void aSessionSeesWhatItWasTold(PoolMode mode, String perStatement) throws Exception {
    Outcome outcome =
        run(mode, "statement_level_load_balance = " + perStatement, Math.max(1, READS / 3));
    assertThat(outcome.stale()).as(outcome.summary()).isEmpty();
    assertThat(outcome.onStandby())
        .as(outcome.summary())
        .isGreaterThan((long) (outcome.reads() * 0.1));
  }

  @Test
  void withoutThePromiseSomeReadsAreOld() throws Exception {
    Outcome outcome =
        run(
            PoolMode.TRANSACTION,
            "statement_level_load_balance = on & read_consistency = eventual",
            Math.min(READS, 5_000));
    assertThat(outcome.stale()).as(outcome.summary()).isNotEmpty();
  }

  private record Outcome(
      long seed, String what, long reads, long onStandby, long ms, Queue<String> stale) {
    String summary() {
      return "seed %d, %s: %d reads, %d on the standby, %d stale, %d ms; %s"
          .formatted(
              seed,
              what,
              reads,
              onStandby,
              stale.size(),
              ms,
              stale.stream().limit(MOST_SHOWN).toList());
    }
  }

  private static Outcome run(PoolMode mode, String rules, long reads) throws Exception {
    long seed = Seeds.first();
    String what = mode + " " + rules;
    LOG.log(Level.INFO, "seed {0}, {1}", String.valueOf(seed), what);
    ReadingSession.Run run =
        new ReadingSession.Run(
            new AtomicLong(reads),
            new AtomicLong(),
            new ConcurrentLinkedQueue<>(),
            String.valueOf(pair.standby().port()));
    int poolSize = mode == PoolMode.SESSION ? SESSIONS : SESSIONS / 3;
    long fromNs = System.nanoTime();
    try (BalancedProxy proxy = new BalancedProxy(pair, new Choice(mode, poolSize, rules, 1, 3))) {
      List<CompletableFuture<Boolean>> playing = new ArrayList<>();
      LabClient.Kind[] kinds = LabClient.Kind.values();
      for (int i = 0; i < SESSIONS; i++) {
        int number = i;
        Random random = new Random(seed + i);
        playing.add(
            Background.run(() -> {
              try {
                new ReadingSession(run, kinds[number % kinds.length], number, proxy.port(), random)
                    .play();
                return true;
              } catch (Throwable e) {
                run.reads().set(0); // the others need not go on
                throw e;
              }
            }));
      }
      CompletableFuture<Void> all =
          CompletableFuture.allOf(playing.toArray(CompletableFuture[]::new));
      CompletableFuture<Boolean> schedule = Background.run(() -> disturb(new Random(seed), all));
      try {
        all.get(MOST_SECONDS, TimeUnit.SECONDS);
      } finally {
        run.reads().set(0);
        assertThat(schedule.get(30, TimeUnit.SECONDS)).isTrue();
      }
    }
    Outcome outcome =
        new Outcome(
            seed,
            what,
            reads,
            run.onStandby().get(),
            (System.nanoTime() - fromNs) / 1_000_000,
            run.stale());
    LOG.log(Level.INFO, outcome.summary());
    return outcome;
  }

  /// Pauses, resumes and delays the replay until the sessions are done; then it goes on.
  private static boolean disturb(Random random, CompletableFuture<Void> until) throws Exception {
    try (Connection connection = pair.standby().connect();
        Statement statement = connection.createStatement()) {
      while (!until.isDone()) {
        switch (random.nextInt(3)) {
          case 0 -> {
            statement.execute("SELECT pg_wal_replay_pause()");
            pass(20 + random.nextInt(150), until);
            statement.execute("SELECT pg_wal_replay_resume()");
          }
          case 1 -> {
            delay(statement, (5 + random.nextInt(50)) + "ms");
            pass(20 + random.nextInt(150), until);
            delay(statement, "0");
          }
          default -> pass(random.nextInt(300), until);
        }
      }
    }
    return true;
  }

  private static void delay(Statement statement, String time) throws SQLException {
    statement.execute("ALTER SYSTEM SET recovery_min_apply_delay = '" + time + "'");
    statement.execute("SELECT pg_reload_conf()");
  }

  /// Lets some time pass, less when the sessions are done.
  private static void pass(long ms, CompletableFuture<Void> until) throws Exception {
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    over.completeOnTimeout(true, ms, TimeUnit.MILLISECONDS);
    CompletableFuture.anyOf(over, until.handle((_, _) -> true)).get();
  }
}
