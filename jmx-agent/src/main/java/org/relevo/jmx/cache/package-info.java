/// How much of a server's data is in memory: shared buffers by `pg_buffercache`, the machine's page
/// cache by `mincore`.
///
/// Owner/threads: none of its own; a look is taken by the thread that asks and shared for five
/// seconds. May import contract, postgres, processes, sessions, SLF4J and the JDK; imported by the
/// executables. Start reading at [org.relevo.jmx.cache.Cache].
@NullMarked
package org.relevo.jmx.cache;

import org.jspecify.annotations.NullMarked;
