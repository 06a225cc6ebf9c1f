package org.relevo.jmx.benchmark;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.relevo.jmx.benchmark.wire.Wire;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.postgres.JdbcTarget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One run of our own, from connecting to the last transaction's end.
///
/// Owner: the benchmark's thread, apart from [#stop] and [#figures].
final class LoadRun implements Load {
  private static final Logger LOG = LoggerFactory.getLogger(LoadRun.class);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final long READY_LIMIT_MS = 30_000;
  private static final long GRACE_MS = 10_000;
  private static final long ABORT_LIMIT_MS = 5_000;

  private final JdbcTarget target;
  private final Work work;
  private final int clients;
  private final int jobs;
  private final int seconds;
  private final RunFigures figures = new RunFigures();
  private final StartAndStop signals;
  private volatile List<Job> running = List.of();
  private double cpuSeconds = -1;

  /// @param seconds 0 to run until the transactions are done, or it is stopped
  LoadRun(JdbcTarget target, Work work, int clients, int jobs, int seconds) {
    this.target = target;
    this.work = work;
    this.clients = clients;
    this.jobs = jobs;
    this.seconds = seconds;
    this.signals = new StartAndStop(clients);
  }

  @Override
  public RunFigures figures() {
    return figures;
  }

  @Override
  public double cpuSeconds() {
    return cpuSeconds;
  }

  @Override
  public void stop() {
    signals.stop();
    running.forEach(Job::wakeUp);
  }

  @Override
  public void execute(long sequence, Consumer<BenchmarkSample> samples)
      throws SQLException, IOException {
    boolean encrypted = serverEncrypts();
    running = makeJobs(encrypted ? clients : Math.min(jobs, clients), encrypted);
    running.forEach(Job::connectFirst);
    signals.awaitReady(READY_LIMIT_MS);
    figures.begin();
    Sampler sampler = new Sampler(figures, sequence, samples);
    List<Thread> threads = new ArrayList<>();
    for (int number = 0; number < running.size(); number++) {
      threads.add(
          Thread.ofPlatform().name("benchmark-job-" + number).daemon().start(running.get(number)));
    }
    sampleUntilStopped(sampler);
    stop();
    end();
    figures.end();
    sampler.sample();
    joinAll(threads);
    for (Job job : running) {
      Throwable failure = job.failure();
      if (failure != null) {
        throw new IOException("a thread of the load generator failed: " + failure, failure);
      }
    }
    cpuSeconds = running.stream().mapToLong(Job::cpuNanos).sum() / 1e9;
  }

  private boolean serverEncrypts() throws SQLException {
    Wire probe = Wire.open(target, CONNECT_LIMIT, ANSWER_LIMIT);
    try {
      return probe.encrypted();
    } finally {
      probe.abort();
    }
  }

  private List<Job> makeJobs(int count, boolean encrypted) throws IOException {
    SplittableRandom seeds = new SplittableRandom();
    List<List<LoadClient>> groups = new ArrayList<>();
    for (int number = 0; number < clients; number++) {
      if (number < count) {
        groups.add(new ArrayList<>());
      }
      groups
          .get(number % count)
          .add(new LoadClient(number, work, figures, signals, seeds.nextLong()));
    }
    List<Job> made = new ArrayList<>();
    for (List<LoadClient> group : groups) {
      // Each job has its clients' part of the rate.
      double rate = work.rate() * group.size() / clients;
      made.add(new Job(target, group, signals, rate, encrypted, seeds.nextLong()));
    }
    return List.copyOf(made);
  }

  private void sampleUntilStopped(Sampler sampler) {
    for (long tick = 1; seconds == 0 || tick <= seconds; tick++) {
      long waitMs = tick * 1000 - figures.elapsedNanos() / 1_000_000;
      if (signals.awaitStop(Math.max(0, waitMs))) {
        return;
      }
      sampler.sample();
    }
  }

  private void end() {
    if (signals.awaitEnded(GRACE_MS)) {
      return;
    }
    LOG.warn("benchmark.abort reason=\"transactions did not end within {} ms\"", GRACE_MS);
    running.forEach(Job::cutOff);
    if (!signals.awaitEnded(ABORT_LIMIT_MS)) {
      LOG.error("benchmark.clients-left target={}", target);
    }
  }

  private static void joinAll(List<Thread> threads) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ABORT_LIMIT_MS);
    try {
      for (Thread thread : threads) {
        thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
