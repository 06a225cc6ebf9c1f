package org.relevo.jmx.contract;

/// Something that can run a benchmark.
///
/// @param name as a plan names it: `relevo` or `pgbench`
/// @param version what it says of itself
public record BenchmarkEngine(String name, String version) {}
