/// How the service knows that a standby shows a session its own writes: it samples positions of the
/// write-ahead log on connections of its own, beside the clients' traffic, so that no client pays a
/// round trip for it.
///
/// ```text
/// session ── mark() when a write is acknowledged ──> SampleClock ── wakes ──> PositionSampler
///    ^                                                                            │ ticks
///    │                                                                            v
///    └── Positions (RoutingView and bounds) <── PositionBook <── NodeSampler (one a node)
/// ```
///
/// A write's bound is the primary's insert position in the first sample that began after the
/// write's acknowledgement was seen. What a server has acknowledged lies before the position that
/// it inserts at next, so a standby that has replayed up to the bound shows the write.
///
/// The connections live on one event loop of their own, not on threads with JDBC: one thread serves
/// all nodes, log-in and encryption are those of the sessions' connections, and a sample costs two
/// system calls and no parsing of text. It is not one of the clients' loops, so that a burst of
/// clients does not make positions old.
///
/// Owner: [PositionSampler]'s event loop owns everything that changes, except [SampleClock] and
/// [PrimaryEra], which say their own rules; [Positions] are immutable. May import core, routing,
/// server, pool, wire, auth, config, Netty. Imported by session, net and mbean. Start reading at
/// [Freshness].
@NullMarked
package org.relevo.proxy.freshness;

import org.jspecify.annotations.NullMarked;
