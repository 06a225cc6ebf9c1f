/// A client and the server connection it holds: start-up, login, relay, waiting, cancel, and the
/// move to another server behind the closed gate.
///
/// ```
/// client channel ── ClientSide ── Session ── ServerLink ── server channel
///                                  │  └ Conversation: LoginRelay, Survey, Arrival
///                     LoopShard (one per event loop) ── SessionGate
/// ```
///
/// Owner: a session, its link and its shard belong to one event loop; [SessionGate] has one lock
/// and reaches sessions only by tasks on their loops. May import wire, core, Netty, what routing
/// and freshness are told of sessions, and the contract for [PoolMetrics]. Imported by net. Start
/// reading at [Session]. Limits: [WireLimits], and per session what is held behind a closed gate or
/// in the queue.
@NullMarked
package org.relevo.proxy.session;

import org.jspecify.annotations.NullMarked;
