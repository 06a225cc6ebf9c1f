package org.relevo.jmx.benchmark;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.relevo.jmx.postgres.JdbcTarget;

/// Where a benchmark works.
///
/// @param target where clients connect: usually the proxy's port
/// @param runsFolder where runs are kept; made when there is something to keep; none: in memory
/// @param version of the service
/// @param calls of the load's user so far, by node; empty when nobody counts them
public record BenchmarkSettings(
    JdbcTarget target,
    Optional<Path> runsFolder,
    String version,
    Supplier<Map<Integer, Long>> calls) {
  public static BenchmarkSettings of(JdbcTarget target) {
    return new BenchmarkSettings(target, Optional.empty(), "", Map::of);
  }
}
