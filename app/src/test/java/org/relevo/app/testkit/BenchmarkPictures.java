package org.relevo.app.testkit;

import java.util.List;
import org.relevo.jmx.contract.BenchmarkComparison;
import org.relevo.jmx.contract.BenchmarkFact;
import org.relevo.jmx.contract.BenchmarkFigure;
import org.relevo.jmx.contract.BenchmarkPlan;
import org.relevo.jmx.contract.BenchmarkRun;
import org.relevo.jmx.contract.BenchmarkScript;
import org.relevo.jmx.contract.BenchmarkShare;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.BenchmarkVerdict;

/// Statuses of the load generator as a service could give them.
public final class BenchmarkPictures {
  private BenchmarkPictures() {}

  /// @param tps 0 for one that has nothing to tell
  public static BenchmarkStatus status(
      BenchmarkState state, double tps, long startedAtMs, long finishedAtMs) {
    boolean told = tps > 0;
    return new BenchmarkStatus(
        state,
        "",
        told ? "evening" : "",
        "relevo",
        told ? "tpcb-like" : "",
        "prepared",
        "127.0.0.1:9999",
        told ? 16 : 0,
        told ? 1 : 0,
        0,
        1,
        1,
        told ? 5 : 0,
        startedAtMs,
        finishedAtMs,
        told ? 1_086_000 : 0,
        0,
        0,
        0,
        tps,
        told ? 8.8 : -1,
        told ? 3.1 : -1,
        told ? 8.1 : -1,
        told ? 14.2 : -1,
        told ? 22.9 : -1,
        told ? 61 : -1,
        -1,
        told ? 140 : 0,
        told
            ? List.of(
                new BenchmarkShare(0, 5_430_000, 0.71, 12_870),
                new BenchmarkShare(1, 2_172_000, 0.29, 5_260))
            : List.of(),
        "");
  }

  /// A kept run.
  public static BenchmarkRun run(String id, String label, double tps, long startedAtMs) {
    BenchmarkPlan plan =
        new BenchmarkPlan(
            label,
            "relevo",
            List.of(new BenchmarkScript("tpcb-like", "", 1)),
            "prepared",
            16,
            1,
            60,
            0,
            0,
            0,
            List.of(),
            1);
    return new BenchmarkRun(
        id,
        plan,
        status(BenchmarkState.FINISHED, tps, startedAtMs, startedAtMs + 60_000),
        4.2,
        List.of(new BenchmarkFact("server.shared_buffers", "128MB")));
  }

  /// Of two groups of runs.
  public static BenchmarkComparison comparison() {
    return new BenchmarkComparison(
        2,
        1,
        List.of(
            new BenchmarkFigure(
                "tps", 1804, 0.04, 2011, 0.03, 1.1147, -1, BenchmarkVerdict.TOO_FEW),
            new BenchmarkFigure(
                "latencyP99Ms", 22.9, 0.1, 19.4, 0.12, 0.847, 0.02, BenchmarkVerdict.BETTER)),
        List.of("server.shared_buffers: 128MB | 2GB"));
  }
}
