/// Brings a node back while clients work: looks whether that is safe, has the node's data renewed
/// (rewind, base backup or the operator's scripts), lets it catch up and has it used again. Also
/// nodes taken out and in by hand, and the archiving of the write-ahead log.
///
/// Owner: [Recoveries] owns the one recovery that runs, on a virtual thread of its own. May import
/// `core`, `health`, `local`, `recovery`, `agent`, `cluster` (what an agent is asked) and the
/// contract; imported by the wiring. Start reading at [Recoveries], then [RecoveryRun], then
/// [StandbyWay] and [ScriptsWay]. Limits: one recovery at a time, 50 are kept.
@NullMarked
package org.relevo.proxy.onlinerecovery;

import org.jspecify.annotations.NullMarked;
