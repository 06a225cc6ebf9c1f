/// A pgbench-style load generator with pgbench's tables, scripts, language and figures.
///
/// A run has one thread for each job, which drives its clients with a selector; each client works
/// through a [org.relevo.jmx.benchmark.script.Script] over a
/// [org.relevo.jmx.benchmark.wire.Session]. Owner: [org.relevo.jmx.benchmark.Benchmark] has one
/// virtual thread for a job (filling the tables or a plan's runs); figures are written by jobs
/// without locks, gaps and errors under one lock each. Lock order: `Benchmark`, then nothing. May
/// import the JDK, pgJDBC, Jackson, SLF4J, `contract`, `history`, `pgctl` and `postgres`. Limits:
/// 1000 clients, 600 samples, 200 kept runs, bounded lists of gaps and errors. Start reading at
/// [org.relevo.jmx.benchmark.Benchmark].
@NullMarked
package org.relevo.jmx.benchmark;

import org.jspecify.annotations.NullMarked;
