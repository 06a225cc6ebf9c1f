/// Series of figures sampled together, with what is kept of them, as consoles read them.
///
/// Owner/threads: a [org.relevo.jmx.series.Series] has one writer, its sampler's thread; any thread
/// reads. May import contract, history, SLF4J and the JDK; imported by `host`, `postgres` and the
/// executables. Limits: 600 samples in memory, files as [org.relevo.jmx.history.History] says.
@NullMarked
package org.relevo.jmx.series;

import org.jspecify.annotations.NullMarked;
