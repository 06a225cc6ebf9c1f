package org.relevo.jmx.contract;

import java.util.List;

/// A pgbench-style load generator with pgbench's tables and scripts.
public interface BenchmarkMXBean {
  BenchmarkStatus getStatus();

  /// @return samples with a greater sequence, oldest first, one a second
  @RequiresRole(Role.MONITOR)
  List<BenchmarkSample> samplesSince(long sequence);

  /// @return longest time without a committed transaction that overlaps the interval, in ms
  @RequiresRole(Role.MONITOR)
  long longestGapMs(long fromEpochMs, long toEpochMs);

  /// @return failed transactions that ended in the interval
  @RequiresRole(Role.MONITOR)
  long errorsBetween(long fromEpochMs, long toEpochMs);

  /// Creates and fills pgbench's four tables; drops existing ones. Returns at once.
  ///
  /// @throws IllegalStateException when a run is in progress
  @RequiresRole(Role.OPERATOR)
  void init(int scale);

  /// Starts a run and returns at once.
  ///
  /// @param script `tpcb-like` or `select-only`
  /// @param clients 1 to 1000
  /// @param seconds 0 to run until `stop`
  /// @throws IllegalStateException when a run is in progress
  @RequiresRole(Role.OPERATOR)
  void start(String script, int clients, int seconds);

  /// Lets transactions in progress end, then stops.
  @RequiresRole(Role.OPERATOR)
  void stop();
}
