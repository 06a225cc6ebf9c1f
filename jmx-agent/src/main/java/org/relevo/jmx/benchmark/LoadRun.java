package org.relevo.jmx.benchmark;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.history.SampleRing;
import org.relevo.jmx.postgres.JdbcTarget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One run from connecting to the last transaction's end.
///
/// Owner: the benchmark's thread, apart from [#stop] and [#figures].
final class LoadRun {
  private static final Logger LOG = LoggerFactory.getLogger(LoadRun.class);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final long READY_LIMIT_MS = 30_000;
  private static final long GRACE_MS = 10_000;
  private static final long ABORT_LIMIT_MS = 5_000;
  private static final long SHORTEST_SAMPLE_NANOS = 200_000_000;

  private final JdbcTarget target;
  private final Script script;
  private final int clients;
  private final int seconds;
  private final SampleRing<BenchmarkSample> history;
  private final RunFigures figures = new RunFigures();
  private final StartAndStop signals;
  private long sequence;
  private long sampledNanos;
  private long sampledTransactions;
  private long sampledErrors;
  private long sampledLatencyNanos;

  LoadRun(
      JdbcTarget target,
      Script script,
      int clients,
      int seconds,
      SampleRing<BenchmarkSample> history) {
    this.target = target;
    this.script = script;
    this.clients = clients;
    this.seconds = seconds;
    this.history = history;
    this.signals = new StartAndStop(clients);
  }

  RunFigures figures() {
    return figures;
  }

  void stop() {
    signals.stop();
  }

  /// The number of branches, as pgbench finds the scale.
  int readScale() throws SQLException {
    try (Connection connection = target.open("relevo bench", CONNECT_LIMIT, ANSWER_LIMIT);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) FROM pgbench_branches")) {
      int scale = result.next() ? result.getInt(1) : 0;
      if (scale < 1) {
        throw new SQLException("pgbench_branches is empty; fill the tables first", "02000");
      }
      return scale;
    }
  }

  /// Blocks until the run's time is over or it is stopped, and all clients have ended.
  void execute(int scale) {
    SplittableRandom seeds = new SplittableRandom();
    List<LoadClient> all = new ArrayList<>(clients);
    List<Thread> threads = new ArrayList<>(clients);
    for (int number = 0; number < clients; number++) {
      LoadClient client = new LoadClient(target, script, scale, seeds.split(), figures, signals);
      all.add(client);
      threads.add(Thread.ofVirtual().name("benchmark-client-" + number).start(client));
    }
    signals.awaitReady(READY_LIMIT_MS);
    figures.begin();
    sequence = history.last().map(BenchmarkSample::sequence).orElse(0L);
    signals.start();
    sampleUntilStopped();
    signals.stop();
    end(all, threads);
    figures.end();
    sample();
  }

  private void sampleUntilStopped() {
    for (long tick = 1; seconds == 0 || tick <= seconds; tick++) {
      long waitMs = tick * 1000 - figures.elapsedNanos() / 1_000_000;
      if (signals.awaitStop(Math.max(0, waitMs))) {
        return;
      }
      sample();
    }
  }

  private void sample() {
    long now = figures.elapsedNanos();
    long nanos = now - sampledNanos;
    if (nanos < SHORTEST_SAMPLE_NANOS) {
      return; // too short for a rate; the totals have it
    }
    long transactions = figures.transactions();
    long latencyNanos = figures.latencyNanosSum();
    long errors = figures.errors();
    long committed = transactions - sampledTransactions;
    long failed = errors - sampledErrors;
    history.append(
        new BenchmarkSample(
            ++sequence,
            System.currentTimeMillis(),
            committed * 1e9 / nanos,
            committed == 0 ? 0 : (latencyNanos - sampledLatencyNanos) / 1e6 / committed,
            figures.takeSecondMaxMs(),
            failed));
    if (failed > 0) {
      LOG.warn("benchmark.errors count={} last=\"{}\"", failed, figures.lastError());
    }
    sampledNanos = now;
    sampledTransactions = transactions;
    sampledErrors = errors;
    sampledLatencyNanos = latencyNanos;
  }

  private void end(List<LoadClient> all, List<Thread> threads) {
    if (ended(threads, GRACE_MS)) {
      return;
    }
    LOG.warn("benchmark.abort reason=\"transactions did not end within {} ms\"", GRACE_MS);
    all.forEach(LoadClient::abort);
    if (!ended(threads, ABORT_LIMIT_MS)) {
      LOG.error(
          "benchmark.clients-left count={}", threads.stream().filter(Thread::isAlive).count());
    }
  }

  private static boolean ended(List<Thread> threads, long limitMs) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
    try {
      for (Thread thread : threads) {
        Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
        if (!thread.join(left)) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return threads.stream().noneMatch(Thread::isAlive);
    }
  }
}
