/// The replicated state of the cluster and the only function that changes it.
///
/// Owner: none, everything is immutable; no clock, no randomness, no I/O: every member that applies
/// the same commands in the same order has the same state. May import `core` only; imported by
/// `consensus`, `control` and what shows the state. Start reading at [ClusterState], then
/// [ClusterMachine]. Limits: 7 members, 128 nodes, 200 entries of history; a state stays below 100
/// kB.
@NullMarked
package org.relevo.proxy.cluster;

import org.jspecify.annotations.NullMarked;
