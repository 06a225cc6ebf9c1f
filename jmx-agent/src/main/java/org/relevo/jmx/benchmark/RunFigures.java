package org.relevo.jmx.benchmark;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/// What the clients of one run measured. Clients write without locks; times are nanoseconds of the
/// run's own clock, which starts when all clients had their chance to connect.
///
/// Owner: itself; any thread.
final class RunFigures {
  private static final int MAX_ERROR_CHARS = 500;
  private static final long FAR_FUTURE_EPOCH_MS = 1L << 60;

  private final LongAdder transactions = new LongAdder();
  private final LongAdder latencyNanos = new LongAdder();
  private final DoubleAdder latencyMsSquares = new DoubleAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder late = new LongAdder();
  private final LongAdder lagNanos = new LongAdder();
  private final LongAdder lagged = new LongAdder();
  private final AtomicLong maxNanos = new AtomicLong();
  private final AtomicLong secondMaxNanos = new AtomicLong();
  private final LatencyHistogram histogram = new LatencyHistogram();
  private final CommitGaps gaps = new CommitGaps();
  private final ErrorTimes errorTimes = new ErrorTimes();
  private volatile long startNanos = System.nanoTime();
  private volatile long startEpochMs = System.currentTimeMillis();
  private volatile long endNanos = -1;
  private volatile String lastError = "";

  /// Starts the clock anew; called once, before the first transaction.
  void begin() {
    startNanos = System.nanoTime();
    startEpochMs = System.currentTimeMillis();
  }

  /// Stops the clock; figures no longer change.
  void end() {
    endNanos = elapsedNanos();
  }

  /// As [#end], when somebody else has measured how long it took.
  ///
  /// @param nanos negative when nobody has
  void end(long nanos) {
    endNanos = nanos < 0 ? elapsedNanos() : nanos;
  }

  long elapsedNanos() {
    long end = endNanos;
    return end >= 0 ? end : System.nanoTime() - startNanos;
  }

  void committed(long beganNanos, long endedNanos) {
    long took = endedNanos - beganNanos;
    transactions.increment();
    latencyNanos.add(took);
    latencyMsSquares.add(took / 1e6 * (took / 1e6));
    histogram.record(took);
    raise(maxNanos, took);
    raise(secondMaxNanos, took);
    gaps.committed(endedNanos - startNanos);
  }

  void failed(String text) {
    errors.increment();
    errorTimes.add(Math.max(0, elapsedNanos() / 1_000_000));
    note(text);
  }

  /// A transaction was left out because it would have begun too late.
  void skipped() {
    skipped.increment();
  }

  /// A transaction took longer than the limit.
  void late() {
    late.increment();
  }

  /// A transaction began by so much later than the rate wanted.
  void lagged(long nanos) {
    lagNanos.add(Math.max(0, nanos));
    lagged.increment();
  }

  /// Keeps a text that does not count as a failed transaction.
  void note(String text) {
    String line = text.replaceAll("\\s*\\R\\s*", " | ");
    lastError = line.length() > MAX_ERROR_CHARS ? line.substring(0, MAX_ERROR_CHARS) + "…" : line;
  }

  long transactions() {
    return transactions.sum();
  }

  long errors() {
    return errors.sum();
  }

  String lastError() {
    return lastError;
  }

  long startEpochMs() {
    return startEpochMs;
  }

  long latencyNanosSum() {
    return latencyNanos.sum();
  }

  double latencyMeanMs() {
    long count = transactions.sum();
    return count == 0 ? -1 : latencyNanos.sum() / 1e6 / count;
  }

  double latencyStddevMs() {
    long count = transactions.sum();
    if (count == 0) {
      return -1;
    }
    double mean = latencyMeanMs();
    return Math.sqrt(Math.max(0, latencyMsSquares.sum() / count - mean * mean));
  }

  long skippedCount() {
    return skipped.sum();
  }

  long lateCount() {
    return late.sum();
  }

  long lagNanosSum() {
    return lagNanos.sum();
  }

  /// Transactions that had a time at which to begin.
  long laggedCount() {
    return lagged.sum();
  }

  /// -1 without a rate.
  double lagMeanMs() {
    long count = lagged.sum();
    return count == 0 ? -1 : lagNanos.sum() / 1e6 / count;
  }

  long[] latencies() {
    return histogram.snapshot();
  }

  double maxMs() {
    return maxNanos.get() / 1e6;
  }

  /// The highest latency since this was last asked.
  double takeSecondMaxMs() {
    return secondMaxNanos.getAndSet(0) / 1e6;
  }

  double[] quantilesMs(double... quantiles) {
    return histogram.quantilesMs(quantiles);
  }

  long longestGapMs() {
    return gaps.longestNanos(elapsedNanos()) / 1_000_000;
  }

  long longestGapMs(long fromEpochMs, long toEpochMs) {
    return gaps.longestNanos(
            TimeUnit.MILLISECONDS.toNanos(sinceStart(fromEpochMs)),
            TimeUnit.MILLISECONDS.toNanos(sinceStart(toEpochMs)),
            elapsedNanos())
        / 1_000_000;
  }

  long errorsBetween(long fromEpochMs, long toEpochMs) {
    return errorTimes.between(sinceStart(fromEpochMs), sinceStart(toEpochMs));
  }

  /// Saturates, so that callers may ask for "everything" with the longest possible interval.
  private long sinceStart(long epochMs) {
    return Math.clamp(epochMs, 0, FAR_FUTURE_EPOCH_MS) - startEpochMs;
  }

  private static void raise(AtomicLong highest, long value) {
    if (value > highest.get()) {
      highest.accumulateAndGet(value, Math::max);
    }
  }
}
