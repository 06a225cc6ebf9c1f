package org.relevo.jmx.benchmark;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.BenchmarkMXBean;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.history.SampleRing;
import org.relevo.jmx.postgres.JdbcTarget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// pgbench's work through any PostgreSQL port: fills the tables, runs a script with many clients,
/// and measures what they see. One job at a time; the figures of the last run stay until the next.
///
/// An error is a failed transaction, or a connection that could not be had for the next one.
///
/// Owner: itself; any thread may call it, jobs run on one virtual thread.
public final class Benchmark implements BenchmarkMXBean, AutoCloseable {
  /// pgbench changes column types from 20000 on.
  static final int MAX_SCALE = 19_999;

  static final int MAX_CLIENTS = 1000;
  private static final Logger LOG = LoggerFactory.getLogger(Benchmark.class);
  private static final Duration STOP_WAIT = Duration.ofSeconds(3);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(20);

  private final JdbcTarget target;
  private final SampleRing<BenchmarkSample> history =
      new SampleRing<>(ObjectNames.HISTORY_CAPACITY, BenchmarkSample::sequence);
  private final Object lock = new Object();
  // Written by the job's thread and under the lock by callers; readers see one whole picture.
  private volatile Picture picture = Picture.IDLE;
  private @Nullable Thread worker;
  private Runnable stopJob = () -> {};
  private boolean closed;

  /// @param target where clients connect: usually the proxy's port
  public Benchmark(JdbcTarget target) {
    this.target = target;
  }

  /// What is shown of the job; the figures come from the run itself.
  private record Picture(
      BenchmarkState state,
      String script,
      int clients,
      int scale,
      long startedAtEpochMs,
      long finishedAtEpochMs,
      @Nullable RunFigures figures,
      String problem) {
    static final Picture IDLE = new Picture(BenchmarkState.IDLE, "", 0, 0, 0, 0, null, "");

    boolean working() {
      return state == BenchmarkState.INITIALISING || state == BenchmarkState.RUNNING;
    }

    Picture withScale(int newScale) {
      return new Picture(
          state, script, clients, newScale, startedAtEpochMs, finishedAtEpochMs, figures, problem);
    }

    Picture ended(BenchmarkState endState, String endProblem) {
      return new Picture(
          endState,
          script,
          clients,
          scale,
          startedAtEpochMs,
          System.currentTimeMillis(),
          figures,
          endProblem);
    }
  }

  @Override
  public BenchmarkStatus getStatus() {
    Picture now = picture;
    RunFigures figures = now.figures();
    if (figures == null) {
      return new BenchmarkStatus(
          now.state(),
          now.script(),
          target.toString(),
          now.clients(),
          now.scale(),
          now.startedAtEpochMs(),
          now.finishedAtEpochMs(),
          0,
          0,
          0,
          -1,
          -1,
          -1,
          -1,
          -1,
          0,
          now.problem());
    }
    long transactions = figures.transactions();
    double seconds = figures.elapsedNanos() / 1e9;
    double[] quantiles = figures.quantilesMs(0.50, 0.95, 0.99);
    return new BenchmarkStatus(
        now.state(),
        now.script(),
        target.toString(),
        now.clients(),
        now.scale(),
        figures.startEpochMs(),
        now.finishedAtEpochMs(),
        transactions,
        figures.errors(),
        seconds > 0 ? transactions / seconds : 0,
        transactions == 0 ? -1 : figures.latencyNanosSum() / 1e6 / transactions,
        quantiles[0],
        quantiles[1],
        quantiles[2],
        transactions == 0 ? -1 : figures.maxMs(),
        figures.longestGapMs(),
        now.problem().isEmpty() ? figures.lastError() : now.problem());
  }

  @Override
  public List<BenchmarkSample> samplesSince(long sequence) {
    return history.since(sequence);
  }

  /// Gaps of 20 ms and more are known; a slow and very long run keeps only longer ones.
  @Override
  public long longestGapMs(long fromEpochMs, long toEpochMs) {
    RunFigures figures = picture.figures();
    return figures == null ? 0 : figures.longestGapMs(fromEpochMs, toEpochMs);
  }

  @Override
  public long errorsBetween(long fromEpochMs, long toEpochMs) {
    RunFigures figures = picture.figures();
    return figures == null ? 0 : figures.errorsBetween(fromEpochMs, toEpochMs);
  }

  @Override
  public void init(int scale) {
    requireBetween("scale", scale, 1, MAX_SCALE);
    TableLoad load = new TableLoad(target, scale);
    long now = System.currentTimeMillis();
    Picture filling = new Picture(BenchmarkState.INITIALISING, "", 0, scale, now, 0, null, "");
    begin(filling, load::cancel, () -> fill(load));
  }

  @Override
  public void start(String script, int clients, int seconds) {
    Script parsed = Script.parse(script);
    requireBetween("clients", clients, 1, MAX_CLIENTS);
    requireBetween("seconds", seconds, 0, Integer.MAX_VALUE);
    LoadRun run = new LoadRun(target, parsed, clients, seconds, history);
    long now = System.currentTimeMillis();
    Picture running =
        new Picture(BenchmarkState.RUNNING, script, clients, 0, now, 0, run.figures(), "");
    begin(running, run::stop, () -> run(run));
  }

  /// Waits up to 3 s for the transactions in progress; those that take longer are cut after 10 s.
  /// Filling the tables is given up at once.
  @Override
  public void stop() {
    awaitEnd(askToStop(), STOP_WAIT);
  }

  /// Stops, and takes no more jobs.
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    awaitEnd(askToStop(), CLOSE_WAIT);
  }

  private void begin(Picture first, Runnable stop, Runnable job) {
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("the benchmark is closed: the service is stopping");
      }
      if (picture.working()) {
        throw new IllegalStateException(
            "the benchmark is " + picture.state() + "; stop it first or wait for its end");
      }
      picture = first;
      stopJob = stop;
      worker = Thread.ofVirtual().name("benchmark").start(job);
    }
  }

  private @Nullable Thread askToStop() {
    synchronized (lock) {
      if (picture.working()) {
        stopJob.run();
      }
      return worker;
    }
  }

  private static void awaitEnd(@Nullable Thread job, Duration limit) {
    try {
      if (job != null && !job.join(limit)) {
        LOG.warn("benchmark.stopping waitedMs={}", limit.toMillis());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void fill(TableLoad load) {
    LOG.info("benchmark.fill target={} scale={}", target, picture.scale());
    try {
      load.execute();
      end(BenchmarkState.FINISHED, "");
    } catch (SQLException | RuntimeException e) {
      fail("cannot fill the tables of " + target, e);
    }
  }

  private void run(LoadRun run) {
    try {
      int scale = run.readScale();
      picture = picture.withScale(scale);
      LOG.info(
          "benchmark.started target={} script={} clients={} scale={}",
          target,
          picture.script(),
          picture.clients(),
          scale);
      run.execute(scale);
      end(BenchmarkState.FINISHED, "");
    } catch (SQLException | RuntimeException e) {
      run.stop();
      run.figures().end();
      fail("cannot run on " + target, e);
    }
  }

  private void fail(String what, Exception cause) {
    String problem = what + ": " + cause.getMessage();
    end(BenchmarkState.FAILED, problem.replaceAll("\\s*\\R\\s*", " | "));
  }

  private void end(BenchmarkState state, String problem) {
    picture = picture.ended(state, problem);
    BenchmarkStatus last = getStatus();
    LOG.info(
        "benchmark.ended state={} transactions={} errors={} tps={} longestGapMs={} problem=\"{}\"",
        state,
        last.transactions(),
        last.errors(),
        Math.round(last.tps()),
        last.longestGapMs(),
        problem);
  }

  private static void requireBetween(String name, int value, int lowest, int highest) {
    if (value < lowest || value > highest) {
      throw new IllegalArgumentException(
          name + " must be " + lowest + " to " + highest + ": " + value);
    }
  }
}
