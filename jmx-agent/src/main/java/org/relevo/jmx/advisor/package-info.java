/// Rules over settings, statistics and sessions of the servers: what a person should look at, with
/// the reason, what was seen, and what to do. Nothing is done by itself.
///
/// Owner/threads: none of its own; a look is taken by the thread that asks and kept for a minute.
/// May import contract, postgres, processes, sessions and the JDK; imported by the executables.
/// Start reading at [org.relevo.jmx.advisor.Rules], which is pure.
@NullMarked
package org.relevo.jmx.advisor;

import org.jspecify.annotations.NullMarked;
