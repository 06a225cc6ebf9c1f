package org.relevo.jmx.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.benchmark.script.BuiltIn;
import org.relevo.jmx.contract.BenchmarkComparison;
import org.relevo.jmx.contract.BenchmarkEngine;
import org.relevo.jmx.contract.BenchmarkFact;
import org.relevo.jmx.contract.BenchmarkMXBean;
import org.relevo.jmx.contract.BenchmarkPlan;
import org.relevo.jmx.contract.BenchmarkRun;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.contract.BenchmarkScript;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.BenchmarkTables;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.history.SampleRing;
import org.relevo.jmx.postgres.JdbcTarget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// pgbench's work through any PostgreSQL port: fills the tables, runs scripts with many clients,
/// measures what they see, and keeps the runs. One job at a time; the figures of the last run stay
/// until the next.
///
/// An error is a failed transaction, or a connection that could not be had for the next one.
///
/// Owner: itself; any thread may call it, jobs run on one virtual thread.
public final class Benchmark implements BenchmarkMXBean, AutoCloseable {
  static final String OWN = "relevo";
  private static final Logger LOG = LoggerFactory.getLogger(Benchmark.class);
  private static final Duration STOP_WAIT = Duration.ofSeconds(3);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(20);
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final BenchmarkSettings settings;
  private final JdbcTarget target;
  private final RunBook book;
  private final SampleRing<BenchmarkSample> history =
      new SampleRing<>(ObjectNames.HISTORY_CAPACITY, BenchmarkSample::sequence);
  private final Object lock = new Object();
  // Written by the job's thread and under the lock by callers; readers see one whole picture.
  private volatile Picture picture = Picture.IDLE;
  private volatile @Nullable Load load;
  private volatile boolean stopping;
  private @Nullable Thread worker;
  private Runnable stopJob = () -> {};
  private boolean closed;

  public Benchmark(BenchmarkSettings settings) {
    this.settings = settings;
    this.target = settings.target();
    this.book = new RunBook(settings.runsFolder());
  }

  @Override
  public BenchmarkStatus getStatus() {
    return picture.status(target.toString());
  }

  @Override
  public List<BenchmarkEngine> getEngines() {
    List<BenchmarkEngine> engines = new ArrayList<>();
    engines.add(new BenchmarkEngine(OWN, settings.version()));
    PgbenchProgram.installed()
        .ifPresent(
            program -> engines.add(new BenchmarkEngine(PgbenchProgram.NAME, program.version())));
    return engines;
  }

  @Override
  public List<BenchmarkScript> getScripts() {
    return Arrays.stream(BuiltIn.values())
        .map(script -> new BenchmarkScript(script.words(), script.text(), 1))
        .toList();
  }

  @Override
  public List<BenchmarkRun> getRuns() {
    return book.runs();
  }

  @Override
  public List<BenchmarkSample> samplesSince(long sequence) {
    return history.since(sequence);
  }

  @Override
  public List<BenchmarkSample> samplesOf(String runId) {
    return book.samples(runId);
  }

  @Override
  public String checkScript(String text) {
    return PlanReader.checkScript(text);
  }

  @Override
  public BenchmarkComparison compare(String base, String other) {
    return Comparison.of(book.find(base), book.find(other));
  }

  @Override
  public void forget(String runId) {
    try {
      book.forget(runId);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete the kept run " + runId, e);
    }
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
    fill(new BenchmarkTables(scale, 100, false, false));
  }

  @Override
  public void fill(BenchmarkTables tables) {
    PlanReader.check(tables);
    TableLoad tableLoad = new TableLoad(target, tables);
    begin(Picture.filling(tables.scale()), tableLoad::cancel, () -> fill(tableLoad));
  }

  @Override
  public void start(String script, int clients, int seconds) {
    List<BenchmarkScript> scripts = List.of(new BenchmarkScript(script, "", 1));
    run(
        new BenchmarkPlan(
            "", OWN, scripts, "prepared", clients, 1, seconds, 0, 0, 0, List.of(), 1));
  }

  @Override
  public void run(BenchmarkPlan plan) {
    PlanReader.check(plan);
    if (plan.engine().equals(PgbenchProgram.NAME)) {
      requireProgram(plan);
    }
    begin(Picture.running(plan), this::stopLoad, () -> runAll(plan));
  }

  private void requireProgram(BenchmarkPlan plan) {
    if (PgbenchProgram.installed().isEmpty()) {
      throw new IllegalArgumentException(
          "there is no pgbench on the service's machine; use the engine relevo");
    }
    long most = PgbenchLoad.LONGEST_SECONDS;
    if (plan.seconds() > most || plan.seconds() + plan.transactions() == 0) {
      throw new IllegalArgumentException(
          "the engine pgbench needs an end: transactions, or 1 to " + most + " seconds");
    }
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
      stopping = false;
      load = null;
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

  private void stopLoad() {
    stopping = true;
    Load now = load;
    if (now != null) {
      now.stop();
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

  private void fill(TableLoad tableLoad) {
    LOG.info("benchmark.fill target={} scale={}", target, picture.scale());
    try {
      tableLoad.execute();
      end(BenchmarkState.FINISHED, "");
    } catch (SQLException | RuntimeException e) {
      fail("cannot fill the tables of " + target, e);
    }
  }

  private void runAll(BenchmarkPlan plan) {
    try {
      for (int number = 1; number <= plan.runs() && (number == 1 || !stopping); number++) {
        runOne(plan, number);
      }
      end(BenchmarkState.FINISHED, "");
    } catch (SQLException | IOException | RuntimeException e) {
      Load now = load;
      if (now != null) {
        now.stop();
        now.figures().end();
      }
      fail("cannot run on " + target, e);
    }
  }

  private void runOne(BenchmarkPlan plan, int number) throws SQLException, IOException {
    int scale = Scale.of(target, plan);
    double loadBefore = Environment.load();
    Load next = make(plan, scale);
    NodeShares shares = new NodeShares(settings.calls());
    picture = picture.with(number, scale, next.figures(), shares);
    load = next;
    if (stopping) {
      next.stop();
    }
    LOG.info(
        "benchmark.started target={} engine={} script=\"{}\" clients={} scale={} run={}",
        target,
        plan.engine(),
        PlanReader.names(plan),
        plan.clients(),
        scale,
        number);
    List<BenchmarkSample> samples = new ArrayList<>();
    long sequence = history.last().map(BenchmarkSample::sequence).orElse(0L);
    next.execute(
        sequence,
        sample -> {
          shares.look();
          history.append(sample);
          keep(samples, sample);
        });
    shares.end();
    keep(plan, next, scale, loadBefore, samples);
  }

  private Load make(BenchmarkPlan plan, int scale) {
    return plan.engine().equals(OWN)
        ? new LoadRun(
            target, PlanReader.work(plan, scale), plan.clients(), plan.jobs(), plan.seconds())
        : new PgbenchLoad(PgbenchProgram.installed().orElseThrow(), plan, target, scale);
  }

  /// A long run keeps every second, every fourth, … of its seconds.
  private static void keep(List<BenchmarkSample> samples, BenchmarkSample sample) {
    samples.add(sample);
    if (samples.size() > RunBook.MOST_SAMPLES) {
      for (int at = samples.size() - 1; at > 0; at -= 2) {
        samples.remove(at - 1);
      }
    }
  }

  private void keep(
      BenchmarkPlan plan, Load ended, int scale, double load, List<BenchmarkSample> samples)
      throws IOException {
    String id = book.newId(MOMENT.format(Instant.now()));
    picture = picture.kept(id);
    BenchmarkStatus status = picture.ended(BenchmarkState.FINISHED, "").status(target.toString());
    List<BenchmarkFact> facts = Environment.read(settings, scale, load);
    book.keep(new BenchmarkRun(id, plan, status, ended.cpuSeconds(), facts), samples);
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
}
