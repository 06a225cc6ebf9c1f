/// The processes of PostgreSQL as this machine's kernel shows them in `/proc`: who they are, what
/// processor, memory and disk they use.
///
/// Owner/threads: none of its own; a look is taken by the thread that asks, and shared by those who
/// ask soon after. May import contract and the JDK; imported by `sessions` and the executables.
/// Linux only: elsewhere everything is empty and says so. Start reading at
/// [org.relevo.jmx.processes.ProcessTable].
@NullMarked
package org.relevo.jmx.processes;

import org.jspecify.annotations.NullMarked;
