/// Two machines without a third: says when one of them may decide alone.
///
/// Both vote in the quorum's log as two members do, so each needs the other for everything. What
/// this package adds is the only way out: the one that is left becomes the log's sole voter once
/// the other is *proven* to be off (a fence agent's word, or a person's), or has left in order. The
/// one that comes back throws its part of the log away and joins again.
///
/// [PairLogic] is a pure step machine and decides; the same code runs in the service and in the
/// simulation of two machines. [PairKeeper] feeds it and does what it asks for; [Heartbeats],
/// [PingNodes] and [FenceAgent] are its eyes and its hand. Why it is safe: ADR 0016; what remains
/// dangerous: resources/docs/two-machines.md.
///
/// Owner: the thread of [PairKeeper] owns the logic and the log's life. May import `consensus`,
/// `cluster`, `agent` (journal), `core` and the contract; imported by the wiring.
@NullMarked
package org.relevo.proxy.pair;

import org.jspecify.annotations.NullMarked;
