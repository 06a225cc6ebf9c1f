package org.relevo.jmx.contract;

import java.util.List;

/// The load generator's run, running or ended.
///
/// @param runId by which the run is kept; "" before it has ended
/// @param label of the plan
/// @param engine `relevo` or `pgbench`
/// @param script names of the scripts, with weights when there are several
/// @param protocol `simple`, `extended` or `prepared`
/// @param seconds how long it is to run; 0 until its transactions are done, or it is stopped
/// @param run number of the run among those of the plan, from 1 on
/// @param runs how many runs the plan has
/// @param skipped transactions that were left out because they would have begun too late
/// @param late transactions that took longer than the limit
/// @param longestGapMs longest time without any committed transaction in the run
/// @param latencyP50Ms -1 before the first transaction
/// @param lagMeanMs by how much transactions began later than the rate wanted; -1 without a rate
/// @param nodes where the statements went; empty when the service does not know
/// @param lastError text of the last failed transaction, "" when none
public record BenchmarkStatus(
    BenchmarkState state,
    String runId,
    String label,
    String engine,
    String script,
    String protocol,
    String target,
    int clients,
    int jobs,
    int seconds,
    int run,
    int runs,
    int scale,
    long startedAtEpochMs,
    long finishedAtEpochMs,
    long transactions,
    long errors,
    long skipped,
    long late,
    double tps,
    double latencyMeanMs,
    double latencyStddevMs,
    double latencyP50Ms,
    double latencyP95Ms,
    double latencyP99Ms,
    double latencyMaxMs,
    double lagMeanMs,
    long longestGapMs,
    List<BenchmarkShare> nodes,
    String lastError) {
  public BenchmarkStatus {
    nodes = List.copyOf(nodes);
  }
}
