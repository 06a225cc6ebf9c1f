/// The service's start: command line, log file, instance lock and wiring.
///
/// Threads: the main thread starts everything and then waits; the shutdown hook stops it in reverse
/// order. May import every package; nothing imports it. Start reading at [Main].
@NullMarked
package org.relevo.proxy;

import org.jspecify.annotations.NullMarked;
