package org.relevo.jmx.benchmark;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.BenchmarkPlan;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;

/// What is shown of a job; the figures come from the run itself.
///
/// @param plan null when tables are filled, and before the first job
/// @param run number of the run among those of the plan
record Picture(
    BenchmarkState state,
    @Nullable BenchmarkPlan plan,
    int run,
    int scale,
    long startedAtEpochMs,
    long finishedAtEpochMs,
    @Nullable RunFigures figures,
    @Nullable NodeShares shares,
    String runId,
    String problem) {
  static final Picture IDLE =
      new Picture(BenchmarkState.IDLE, null, 0, 0, 0, 0, null, null, "", "");

  static Picture filling(int scale) {
    long now = System.currentTimeMillis();
    return new Picture(BenchmarkState.INITIALISING, null, 0, scale, now, 0, null, null, "", "");
  }

  static Picture running(BenchmarkPlan plan) {
    long now = System.currentTimeMillis();
    return new Picture(BenchmarkState.RUNNING, plan, 1, 0, now, 0, null, null, "", "");
  }

  boolean working() {
    return state == BenchmarkState.INITIALISING || state == BenchmarkState.RUNNING;
  }

  Picture with(int nextRun, int knownScale, RunFigures nextFigures, NodeShares nextShares) {
    return new Picture(
        state, plan, nextRun, knownScale, startedAtEpochMs, 0, nextFigures, nextShares, "", "");
  }

  Picture kept(String id) {
    return new Picture(
        state,
        plan,
        run,
        scale,
        startedAtEpochMs,
        System.currentTimeMillis(),
        figures,
        shares,
        id,
        problem);
  }

  Picture ended(BenchmarkState endState, String endProblem) {
    return new Picture(
        endState,
        plan,
        run,
        scale,
        startedAtEpochMs,
        System.currentTimeMillis(),
        figures,
        shares,
        runId,
        endProblem);
  }

  /// @param target where clients connect
  BenchmarkStatus status(String target) {
    RunFigures run = figures;
    long transactions = run == null ? 0 : run.transactions();
    double seconds = run == null ? 0 : run.elapsedNanos() / 1e9;
    double[] quantiles =
        run == null ? new double[] {-1, -1, -1} : run.quantilesMs(0.50, 0.95, 0.99);
    String lastError = problem.isEmpty() && run != null ? run.lastError() : problem;
    return new BenchmarkStatus(
        state,
        runId,
        plan == null ? "" : plan.label(),
        plan == null ? "" : plan.engine(),
        plan == null ? "" : PlanReader.names(plan),
        plan == null ? "" : plan.protocol(),
        target,
        plan == null ? 0 : plan.clients(),
        plan == null ? 0 : plan.jobs(),
        plan == null ? 0 : plan.seconds(),
        this.run,
        plan == null ? 0 : plan.runs(),
        scale,
        run == null ? startedAtEpochMs : run.startEpochMs(),
        finishedAtEpochMs,
        transactions,
        run == null ? 0 : run.errors(),
        run == null ? 0 : run.skippedCount(),
        run == null ? 0 : run.lateCount(),
        seconds > 0 ? transactions / seconds : 0,
        run == null ? -1 : run.latencyMeanMs(),
        run == null ? -1 : run.latencyStddevMs(),
        quantiles[0],
        quantiles[1],
        quantiles[2],
        run == null || transactions == 0 ? -1 : run.maxMs(),
        run == null ? -1 : run.lagMeanMs(),
        run == null ? 0 : run.longestGapMs(),
        shares == null ? List.of() : shares.now(),
        lastError);
  }
}
