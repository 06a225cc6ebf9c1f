package org.relevo.jmx.contract;

/// One thing that was so when a run was made.
///
/// @param name such as `server.shared_buffers` or `machine.processors`
public record BenchmarkFact(String name, String value) {}
