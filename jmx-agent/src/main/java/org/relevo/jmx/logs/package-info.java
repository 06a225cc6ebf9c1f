/// Tails of log files with cursors that survive rotation and truncation.
///
/// Owner: none; each call opens what it reads and keeps nothing, the list of registered logs is
/// replaced as a whole. May import the JDK and `contract`; imported by the service's wiring.
/// Limits: 200 logs, 4 MiB read and 2000 lines answered for a call, 16 KiB of a line and 64 KiB of
/// joined lines shown. Start reading at [org.relevo.jmx.logs.LogTail].
@NullMarked
package org.relevo.jmx.logs;

import org.jspecify.annotations.NullMarked;
