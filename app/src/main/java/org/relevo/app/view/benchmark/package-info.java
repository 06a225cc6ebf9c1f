/// Runs benchmarks, shows them live, and compares kept runs.
///
/// Threads: FX thread; questions run in tasks. May import frame, model, remote (port), chart, text
/// and view.part. Start reading at [BenchmarkView].
@NullMarked
package org.relevo.app.view.benchmark;

import org.jspecify.annotations.NullMarked;
