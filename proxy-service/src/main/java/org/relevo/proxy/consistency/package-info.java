/// Compares the nodes' contents at one common point while clients go on working.
///
/// Owner: [org.relevo.proxy.consistency.ConsistencyCheck] has one virtual thread for a check, which
/// gives each node a virtual thread of its own; reports are immutable and published through one
/// volatile field. May import `core`, `jmx.contract`, `jmx.postgres`, SLF4J and the JDK; imported
/// by the wiring. Limits: one check at a time, new transactions held for at most the configured
/// time, 10000 tables. Start reading at [org.relevo.proxy.consistency.ConsistencyCheck].
@NullMarked
package org.relevo.proxy.consistency;

import org.jspecify.annotations.NullMarked;
