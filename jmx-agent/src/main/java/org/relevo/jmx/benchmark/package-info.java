/// A pgbench-style load generator.
///
/// Start reading at `BenchmarkRunner`.
@NullMarked
package org.relevo.jmx.benchmark;

import org.jspecify.annotations.NullMarked;
