/// Decisions, without effects: which node is the primary, whether a switchover may start and what
/// it would do, what is left to do after a crash in the middle of one.
///
/// Owner: none, everything is immutable; time arrives as an argument. May import `core` and
/// `jmx.contract` records only; imported by `health` (observations), `coordinator` and `mbean`.
/// Start reading at [ViewDecision]. Each decision names the row of its table; ids are stable and
/// ordered.
@NullMarked
package org.relevo.proxy.failover;

import org.jspecify.annotations.NullMarked;
