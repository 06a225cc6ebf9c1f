package org.relevo.jmx.contract;

import java.util.List;

/// A load generator with pgbench's tables, scripts, language and figures. One job at a time; each
/// run is kept with its environment and can be compared with others.
public interface BenchmarkMXBean {
  /// The largest script that is taken, in characters.
  int MAX_SCRIPT = 200_000;

  BenchmarkStatus getStatus();

  /// `relevo`, and `pgbench` where the machine of the service has it, with its version.
  List<BenchmarkEngine> getEngines();

  /// The built-in scripts, with their texts.
  List<BenchmarkScript> getScripts();

  /// Kept runs, the newest first.
  List<BenchmarkRun> getRuns();

  /// @return samples with a greater sequence, oldest first, one a second
  @RequiresRole(Role.MONITOR)
  List<BenchmarkSample> samplesSince(long sequence);

  /// @return longest time without a committed transaction that overlaps the interval, in ms
  @RequiresRole(Role.MONITOR)
  long longestGapMs(long fromEpochMs, long toEpochMs);

  /// @return failed transactions that ended in the interval
  @RequiresRole(Role.MONITOR)
  long errorsBetween(long fromEpochMs, long toEpochMs);

  /// Reads a script without running it.
  ///
  /// @param text in pgbench's language
  /// @return what is wrong with it, with line and column; "" when it can be run
  @RequiresRole(Role.MONITOR)
  String checkScript(String text);

  /// The seconds of a kept run, oldest first.
  ///
  /// @throws IllegalArgumentException when there is no such run
  @RequiresRole(Role.MONITOR)
  List<BenchmarkSample> samplesOf(String runId);

  /// Compares two groups of kept runs: medians, spread and whether they differ.
  ///
  /// @param base ids with commas between, or the label that the runs share
  /// @param other as `base`
  /// @throws IllegalArgumentException when a group has no run
  @RequiresRole(Role.MONITOR)
  BenchmarkComparison compare(String base, String other);

  /// Creates and fills pgbench's four tables; drops existing ones. Returns at once.
  ///
  /// @throws IllegalStateException when a run is in progress
  @RequiresRole(Role.OPERATOR)
  void init(int scale);

  /// As `init`, with pgbench's options. Returns at once.
  ///
  /// @throws IllegalStateException when a run is in progress
  @RequiresRole(Role.OPERATOR)
  void fill(BenchmarkTables tables);

  /// Starts a run of a built-in script over prepared statements and returns at once.
  ///
  /// @param script `tpcb-like`, `simple-update` or `select-only`
  /// @param clients 1 to 1000
  /// @param seconds 0 to run until `stop`
  /// @throws IllegalStateException when a run is in progress
  @RequiresRole(Role.OPERATOR)
  void start(String script, int clients, int seconds);

  /// Starts a run, or several one after the other, and returns at once.
  ///
  /// @throws IllegalArgumentException when the plan cannot be carried out; says why
  /// @throws IllegalStateException when a run is in progress
  @RequiresRole(Role.OPERATOR)
  void run(BenchmarkPlan plan);

  /// Lets transactions in progress end, then stops.
  @RequiresRole(Role.OPERATOR)
  void stop();

  /// Forgets a kept run.
  ///
  /// @throws IllegalArgumentException when there is no such run
  @RequiresRole(Role.OPERATOR)
  void forget(String runId);
}
