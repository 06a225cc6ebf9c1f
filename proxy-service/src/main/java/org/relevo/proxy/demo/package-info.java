/// The demonstration: real PostgreSQL servers, one service per node, a load, the desktop and a
/// guided tour with a report, all started and cleaned up by one command.
///
/// Threads: the main thread runs the tour; a virtual thread keeps `demo.json` true. May import any
/// package of the service's public doors and the JMX client; nothing imports it. Start reading at
/// [Demo].
@NullMarked
package org.relevo.proxy.demo;

import org.jspecify.annotations.NullMarked;
