package org.relevo.jmx.contract;

/// pgbench's tables as they are to be made.
///
/// @param scale branches; each has 10 tellers and 100,000 accounts
/// @param fillFactor 10 to 100, in percent
/// @param foreignKeys whether the tables refer to each other by foreign keys
/// @param unlogged whether the tables are unlogged
public record BenchmarkTables(int scale, int fillFactor, boolean foreignKeys, boolean unlogged) {}
