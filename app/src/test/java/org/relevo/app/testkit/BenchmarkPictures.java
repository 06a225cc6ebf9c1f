package org.relevo.app.testkit;

import java.util.List;
import org.relevo.jmx.contract.BenchmarkShare;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;

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
}
