package org.relevo.jmx.benchmark;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.relevo.jmx.contract.BenchmarkSample;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a sample of a run's figures each second, of what came since the one before.
///
/// Owner: the run's thread.
final class Sampler {
  private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);
  private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int MEDIAN = 0;

  private final RunFigures figures;
  private final Consumer<BenchmarkSample> out;
  private long sequence;
  private long nanos;
  private long transactions;
  private long errors;
  private long skipped;
  private long late;
  private long latencyNanos;
  private long lagNanos;
  private long lagged;
  private long[] latencies;

  /// @param sequence of the last sample there is
  Sampler(RunFigures figures, long sequence, Consumer<BenchmarkSample> out) {
    this.figures = figures;
    this.sequence = sequence;
    this.out = out;
    this.latencies = figures.latencies();
  }

  void sample() {
    long now = figures.elapsedNanos();
    long span = now - nanos;
    // What is left of a second is too short for a rate; the totals have it. A short run has one.
    if (span <= 0 || (span < SHORTEST_NANOS && nanos > 0)) {
      return;
    }
    long newTransactions = figures.transactions();
    long newLatencyNanos = figures.latencyNanosSum();
    long newErrors = figures.errors();
    long newSkipped = figures.skippedCount();
    long newLate = figures.lateCount();
    long newLagNanos = figures.lagNanosSum();
    long newLagged = figures.laggedCount();
    long[] newLatencies = figures.latencies();
    long committed = newTransactions - transactions;
    long failed = newErrors - errors;
    double[] quantiles = LatencyHistogram.quantilesMs(newLatencies, latencies, 0.5, 0.95, 0.99);
    out.accept(
        new BenchmarkSample(
            ++sequence,
            System.currentTimeMillis(),
            committed * 1e9 / span,
            committed == 0 ? 0 : (newLatencyNanos - latencyNanos) / 1e6 / committed,
            Math.max(0, quantiles[MEDIAN]),
            Math.max(0, quantiles[1]),
            Math.max(0, quantiles[2]),
            figures.takeSecondMaxMs(),
            failed,
            newSkipped - skipped,
            newLate - late,
            newLagged == lagged ? -1 : (newLagNanos - lagNanos) / 1e6 / (newLagged - lagged)));
    if (failed > 0) {
      LOG.warn("benchmark.errors count={} last=\"{}\"", failed, figures.lastError());
    }
    nanos = now;
    transactions = newTransactions;
    latencyNanos = newLatencyNanos;
    errors = newErrors;
    skipped = newSkipped;
    late = newLate;
    lagNanos = newLagNanos;
    lagged = newLagged;
    latencies = newLatencies;
  }
}
