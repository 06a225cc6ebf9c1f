/// Clients whose writes go to every server (`native_replication`, `snapshot_isolation`): each
/// server takes writes, and this package keeps them equal.
///
/// ```
/// client ── ClientPort ── FanoutSession ── NodeLink ── server (one per attached node)
///                          ├ SimpleFlow, ExtendedFlow, CopyFlow   the protocol
///                          ├ Transaction   main node first, the others behind it; commit others
///                          │               first, main node last; what they say is compared
///                          └ RowCarrier, SequenceCarrier          effects that a text cannot carry
/// CommitJournal (service): markers of commits; TakeOver compares them before clients are served
/// ReplicaSet (service): who is attached; WriterGate, CommitGate: who writes, who commits now
/// ```
///
/// A session runs on a virtual thread of its own, which may wait; channels belong to their event
/// loops, which only cut messages and queue them ([Inbox], bounded: a full one stops reading).
///
/// Owner: a session's parts belong to its thread; [ReplicaSet] and the gates are thread-safe, each
/// with a lock of its own; no lock is taken while another is held. May import determinism, session,
/// server, pool, sql, wire, core, Netty. Imported by the wiring. Start reading at [FanoutSession].
/// Limits: [FanoutLimits].
@NullMarked
package org.relevo.proxy.fanout;

import org.jspecify.annotations.NullMarked;
