/// The hands of a member on the PostgreSQL servers of its own machine: each server has a
/// [NodeAgent] that does what is asked (stop, promote, follow, …) and reports what becomes of it, a
/// primary has a [Guard] that stops it when nobody feeds it any more.
///
/// Owner: each agent owns its server's data directory and the files in `<state>/agent/nodeN`; what
/// is decided comes from elsewhere. May import `cluster`, `core`, `health` (log-ins), `local`,
/// `recovery`, `jmx.contract` and `jmx.pgctl`; imported by the wiring. Start reading at
/// [NodeAgent], then [Following]. Limits: one action at a time; 64 segments and 100,000 records of
/// a diverged log are kept.
@NullMarked
package org.relevo.proxy.agent;

import org.jspecify.annotations.NullMarked;
