/// A pgbench-style load generator with pgbench's tables, scripts and figures.
///
/// Owner: [org.relevo.jmx.benchmark.Benchmark] has one virtual thread for a job (filling the tables
/// or a run) and a run has one for each client; figures are written by clients without locks, gaps
/// and errors under one lock each. Lock order: `Benchmark`, then nothing. May import the JDK,
/// pgJDBC, SLF4J, `contract`, `history` and `postgres`. Limits: 1000 clients, 600 samples, bounded
/// lists of gaps and errors. Start reading at [org.relevo.jmx.benchmark.Benchmark].
@NullMarked
package org.relevo.jmx.benchmark;

import org.jspecify.annotations.NullMarked;
