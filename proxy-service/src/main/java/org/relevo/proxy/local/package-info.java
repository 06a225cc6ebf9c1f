/// PostgreSQL servers whose data directory is on this machine: start, stop, and what their control
/// file says when they do not run.
///
/// Owner: none; each call reads the disk anew. May import `core`, `recovery` and `jmx.pgctl`;
/// imported by `health`, `coordinator` and `agent`. Start reading at [LocalServer].
@NullMarked
package org.relevo.proxy.local;

import org.jspecify.annotations.NullMarked;
