/// What a PostgreSQL server is doing, asked when somebody looks: sessions with what the machine
/// tells of their processes, who waits for whom, plans, statistics of tables and indexes.
///
/// Owner/threads: none of its own; a [org.relevo.jmx.sessions.Link] has one connection that is
/// closed half a minute after its last use. May import contract, postgres, processes, SLF4J and the
/// JDK; imported by `cache`, `advisor` and the executables. Start reading at
/// [org.relevo.jmx.sessions.Sessions].
@NullMarked
package org.relevo.jmx.sessions;

import org.jspecify.annotations.NullMarked;
