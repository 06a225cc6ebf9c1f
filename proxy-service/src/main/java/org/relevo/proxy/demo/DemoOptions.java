package org.relevo.proxy.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What the command line asked for.
///
/// @param runFor empty to run until interrupted or, with a window, until it is closed
/// @param dataDirectory empty for a temporary folder that is removed at the end
record DemoOptions(
    int nodes,
    boolean headless,
    Optional<Duration> runFor,
    Workload workload,
    boolean tour,
    Optional<Path> dataDirectory,
    Optional<Path> report,
    Optional<Path> pgBindir) {

  /// The load on the cluster.
  enum Workload {
    TPCB,
    SELECT,
    NONE;

    /// Name of the benchmark's script.
    String script() {
      return this == SELECT ? "select-only" : "tpcb-like";
    }
  }
}
