package org.relevo.proxy.health;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.failover.NodeObservation;
import org.relevo.proxy.failover.NodeObservation.Silent;

/// Counts probes of each server since start. A round is a probe with its retries.
///
/// Owner: thread-safe.
public final class ProbeFigures {
  /// Of one server.
  ///
  /// @param rounds that have ended
  /// @param mostRetries in one round
  /// @param lastEpochMs -1 when there was none, as the other times
  public record Figures(
      long rounds,
      long succeeded,
      long failed,
      long retried,
      int mostRetries,
      long longestMs,
      long shortestMs,
      double averageMs,
      long lastEpochMs,
      long lastSuccessEpochMs,
      long lastFailureEpochMs) {
    static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1);
  }

  private record Sum(Figures figures, int retriesNow, double sumMs) {
    static final Sum NONE = new Sum(Figures.NONE, 0, 0);
  }

  private final Map<BackendId, Sum> sums = new ConcurrentHashMap<>();

  public void add(NodeObservation observation, long nowEpochMs) {
    sums.compute(
        observation.node(),
        (_, sum) -> next(sum == null ? Sum.NONE : sum, observation, nowEpochMs));
  }

  private static Sum next(Sum before, NodeObservation observation, long now) {
    Figures then = before.figures();
    long tookMs = Math.max(0, now - observation.atEpochMs());
    boolean failed = observation.outcome() instanceof Silent;
    if (observation.outcome() instanceof Silent silent && !silent.conclusive()) {
      int retries = before.retriesNow() + 1;
      return new Sum(
          new Figures(
              then.rounds(),
              then.succeeded(),
              then.failed(),
              then.retried() + 1,
              Math.max(then.mostRetries(), retries),
              then.longestMs(),
              then.shortestMs(),
              then.averageMs(),
              then.lastEpochMs(),
              then.lastSuccessEpochMs(),
              then.lastFailureEpochMs()),
          retries,
          before.sumMs());
    }
    long rounds = then.rounds() + 1;
    double sumMs = before.sumMs() + tookMs;
    return new Sum(
        new Figures(
            rounds,
            then.succeeded() + (failed ? 0 : 1),
            then.failed() + (failed ? 1 : 0),
            then.retried(),
            then.mostRetries(),
            Math.max(then.longestMs(), tookMs),
            then.rounds() == 0 ? tookMs : Math.min(then.shortestMs(), tookMs),
            sumMs / rounds,
            observation.atEpochMs(),
            failed ? then.lastSuccessEpochMs() : observation.atEpochMs(),
            failed ? observation.atEpochMs() : then.lastFailureEpochMs()),
        0,
        sumMs);
  }

  public Figures of(BackendId node) {
    Sum sum = sums.get(node);
    return sum == null ? Figures.NONE : sum.figures();
  }
}
